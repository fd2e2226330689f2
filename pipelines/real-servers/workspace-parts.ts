import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { runProcess } from '../../core/subprocess.ts';
import { writeDemoWorkspace } from '../demo/workspace.ts';
import type { Program } from './install-server.ts';

/** What differs between the workspaces of the servers that are tried. */
export interface WorkspaceParts {
  /** Its entry in the servers file. */
  server?: Program & { cwd?: string; env?: Record<string, string> };
  /** Instead: what is started to listen on `$PORT`. */
  listens?: Program;
  /** Members of `workspace.yaml`. */
  settings: Record<string, unknown>;
}

const FEW = { tracesPerTool: 6, chains: 6, respond: 6, parallel: 6, recovery: 6, clarify: 6 };

/** Writes a workspace anew: the demo's files and graph, a database, a git repository, settings and servers file. */
export async function writeParts(
  context: Context,
  name: string,
  { server, settings }: WorkspaceParts,
  url: string | undefined,
): Promise<void> {
  const { workspace } = context;
  await rm(workspace, { recursive: true, force: true });
  await writeDemoWorkspace(workspace, 1);
  await writeDatabase(join(workspace, 'shop.db'));
  await writeVault(join(workspace, 'notes', 'vault'));
  await writeRepository(context, join(workspace, 'repository'));
  const { synthesize, ...rest } = settings;
  const all = {
    prompt: { descriptions: 'first-sentence' },
    contextLength: 8192,
    ...rest,
    synthesize: { ...FEW, ...(synthesize ?? {}) },
  };
  await writeFile(join(workspace, 'workspace.yaml'), stringify(all));
  await writeJsonFile(join(workspace, 'servers.json'), { mcpServers: { [name]: server ?? { url } } });
}

async function writeVault(folder: string): Promise<void> {
  await mkdir(join(folder, '.obsidian'), { recursive: true });
  for (const name of ['Harbour', 'Islands', 'Boats'])
    await writeFile(
      join(folder, `${name}.md`),
      `---\ntags: [sea]\n---\n# ${name}\n\nWhat is known of ${name.toLowerCase()}. See [[Harbour]].\n`,
    );
}

async function writeDatabase(path: string): Promise<void> {
  // Node calls it experimental, aloud, as soon as it is imported.
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL);
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
    INSERT INTO products (name, price) VALUES ('lamp', 20), ('chair', 45.5), ('desk', 120);
    INSERT INTO customers (name, city) VALUES ('Ada Byron', 'London'), ('Max Born', 'Bonn'), ('Ida Noddack', 'Bonn');
  `);
  database.close();
}

async function writeRepository({ env, signal }: Context, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const date = '2025-01-01T09:00:00Z';
  const who = { NAME: 'Ada', EMAIL: 'ada@example.com', DATE: date };
  const names = Object.entries(who).flatMap(([key, value]) =>
    ['AUTHOR', 'COMMITTER'].map((role) => [`GIT_${role}_${key}`, value]),
  );
  const git = async (...args: string[]) => {
    const all = { ...env, ...Object.fromEntries(names) };
    const result = await runProcess({ name: 'git', command: 'git', args, cwd: folder, env: all, signal });
    if (result.exitCode !== 0)
      throw new ToolkitError({
        kind: 'environment',
        what: 'git failed',
        where: args.join(' '),
        found: result.stderrTail,
      });
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  for (const [file, tag] of [
    ['letters.md', 'v1'],
    ['notes.md', 'v2'],
  ] as const) {
    await writeFile(join(folder, file), `# ${file}\n\nThe first line.\n`);
    await git('add', file);
    await git('commit', '--quiet', '--message', `Add ${file}`);
    await git('tag', tag);
  }
  await git('branch', 'draft', 'v1');
  await writeFile(join(folder, 'letters.md'), '# letters.md\n\nAnother line.\n');
  await git('add', 'letters.md');
  await writeFile(join(folder, 'notes.md'), '# notes.md\n\nA line that is not staged.\n');
}
