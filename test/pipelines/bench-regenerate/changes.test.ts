import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJsonFile } from '../../../core/json-file.ts';
import { CatalogueSchema, type Tool } from '../../../core/tool.ts';
import { benchWorkspace } from '../../../pipelines/bench-regenerate/bench-workspace.ts';
import { CHANGES } from '../../../pipelines/bench-regenerate/changes.ts';
import { discover } from '../../../pipelines/discover.ts';
import { cataloguePath } from '../../../pipelines/workspace-files.ts';

const said = ({ description, inputSchema, annotations }: Tool) => ({ description, inputSchema, annotations });

test('each change does to the tools of the real server what it says', async () => {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  const place = await mkdtemp(join(tmpdir(), 'bench-regenerate-'));
  const outer = { workspace: place, env, serverEnv: env, signal: new AbortController().signal };
  const { context, settings, server } = await benchWorkspace(outer, 'one', { traces: 4, seed: 1 });
  const list = async () => {
    await Array.fromAsync(discover(context, settings));
    return new Map((await readJsonFile(cataloguePath(context), CatalogueSchema)).tools.map((tool) => [tool.id, tool]));
  };
  const found = [await list()];
  for (const change of CHANGES) {
    await change.edit(server);
    found.push(await list());
  }
  const [first, spaced, changed, renamed] = found as [Map<string, Tool>, ...Map<string, Tool>[]];
  expect([...first.keys()]).toHaveLength(15);
  expect(spaced).toEqual(first);
  const others = [...changed!].filter(([id, { hash }]) => first.get(id)?.hash !== hash);
  expect(others.map(([id]) => id)).toEqual(['filesystem.move_file']);
  expect(renamed!.has('filesystem.create_directory')).toBe(false);
  expect(said(renamed!.get('filesystem.make_folder')!)).toEqual(said(first.get('filesystem.create_directory')!));
  await expect(server.edit('no such text', '')).rejects.toMatchObject({ kind: 'failed' });
});
