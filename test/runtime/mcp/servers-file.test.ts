import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readServersFile } from '../../../runtime/mcp/servers-file.ts';

async function file(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'servers-')), 'servers.json');
  await writeFile(path, text);
  return path;
}

test('reads the form of desktop clients, with paths from the file on', async () => {
  const path = await file(
    '{"mcpServers": {"a": {"command": "node", "args": ["x.js"], "cwd": "sub", "disabled": false}, "b": {"url": "https://example.com/mcp", "headers": {"X": "y"}}}}',
  );
  const { servers, folder } = await readServersFile(path);
  expect(servers).toEqual([
    { kind: 'stdio', name: 'a', command: 'node', args: ['x.js'], env: {}, cwd: join(folder, 'sub') },
    { kind: 'http', name: 'b', url: 'https://example.com/mcp', headers: { X: 'y' } },
  ]);
});

test("reads VS Code's form: `servers`, comments and the folder placeholder", async () => {
  const path = await file(
    `{\n  // mine\n  "servers": {"a": {"type": "stdio", "command": "node", "args": ["\${workspaceFolder}/x.js"]}}}`,
  );
  const { servers, folder } = await readServersFile(path);
  expect(servers[0]).toMatchObject({ args: [`${folder}/x.js`] });
});

test('tells all mistakes at once, with line, path, expected and found, but no value', async () => {
  const path = await file('{"mcpServers": {\n  "a": {"args": "secret-value"},\n  "b": {"url": "no url"}\n}}');
  const error = await readServersFile(path).catch((thrown: Error) => thrown);
  expect(String(error)).toContain('servers.json:2:');
  expect(String(error)).toContain('mcpServers.a.args');
  expect(String(error)).toContain('mcpServers.a.command');
  expect(String(error)).toContain('mcpServers.b.url');
  expect(String(error)).toContain('servers.json:3:');
  expect(String(error)).not.toContain('secret-value');
});

test.each([
  ['no JSON', '{"mcpServers": {'],
  ['no servers member', '{"other": {}}'],
  ['no server', '{"mcpServers": {}}'],
])('refuses a file with %s', async (_, text) => {
  await expect(readServersFile(await file(text))).rejects.toMatchObject({ kind: 'input' });
});

test('refuses a missing file and says what to do', async () => {
  await expect(readServersFile('/nowhere/servers.json')).rejects.toThrow(/to do/);
});
