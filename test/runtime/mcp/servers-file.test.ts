import { mkdtemp, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
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
  const { servers, folder } = await readServersFile(path, { variables: { HOME: '/home/me' } });
  expect(servers).toEqual([
    { kind: 'stdio', name: 'a', command: 'node', args: ['x.js'], env: {}, cwd: join(folder, 'sub') },
    { kind: 'http', name: 'b', url: 'https://example.com/mcp', headers: { X: 'y' } },
  ]);
});

test("reads VS Code's form: `servers`, comments and the folder placeholder", async () => {
  const path = await file(
    `{\n  // mine\n  "servers": {"a": {"type": "stdio", "command": "node", "args": ["\${workspaceFolder}/x.js"]}}}`,
  );
  const { servers, folder } = await readServersFile(path, { variables: { HOME: '/home/me' } });
  expect(servers[0]).toMatchObject({ args: [`${folder}/x.js`] });
});

test('reads what editors write: comments anywhere, trailing commas, servers that are switched off', async () => {
  const path = await file(`\uFEFF{
  /* all
     mine */
  "mcpServers": {
    "a": { "command": "node", "args": ["http://x//y", "b",], }, // not a comment in the text before
    "off": { "disabled": true, "command": 5, "env": { "TOKEN": "\${input:token}" } },
  },
}`);
  const { servers } = await readServersFile(path, { variables: { HOME: '/home/me' } });
  expect(servers.map(({ name }) => name)).toEqual(['a']);
  expect(servers[0]).toMatchObject({ args: ['http://x//y', 'b'] });
});

test('what is no JSON is told with its line and column', async () => {
  await expect(
    readServersFile(await file('{\n  "mcpServers": {"a": {"command" "node"}}\n}'), { variables: { HOME: '/home/me' } }),
  ).rejects.toThrow(/servers.json:2:34: not valid JSON/);
});

test('placeholders of editors are filled in, unknown ones are refused', async () => {
  const path = await file(
    `{"servers": {"a": {"command": "\${userHome}/x", "cwd": "\${env:HOME}/notes", "args": ["\${workspaceFolder}\${/}y"]}}}`,
  );
  const { servers, folder } = await readServersFile(path, { variables: { HOME: '/home/me' } });
  expect(servers[0]).toMatchObject({ command: `${homedir()}/x`, cwd: '/home/me/notes', args: [`${folder}/y`] });
  const bad = await file(
    `{"servers": {"a": {"command": "x", "args": [\n"-t", "\${input:token} \${CLAUDE} \${env:NOT_SET}"]}}}`,
  );
  const error = await readServersFile(bad, { variables: { HOME: '/home/me' } }).catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(/servers.json:2:7: .*`servers.a.args.1`/);
  expect(String(error)).toContain(`not \${input:token}`);
  expect(String(error)).toContain(`not \${CLAUDE}`);
  expect(String(error)).toContain(`not \${env:NOT_SET}`);
});

test('tells all mistakes at once, with line, path, expected and found, but no value', async () => {
  const path = await file('{"mcpServers": {\n  "a": {"args": "secret-value"},\n  "b": {"url": "no url"}\n}}');
  const error = await readServersFile(path, { variables: { HOME: '/home/me' } }).catch((thrown: Error) => thrown);
  expect(String(error)).toContain('servers.json:2:');
  expect(String(error)).toContain('mcpServers.a.args');
  expect(String(error)).toContain('mcpServers.a.command');
  expect(String(error)).toContain('mcpServers.b.url');
  expect(String(error)).toContain('servers.json:3:');
  expect(String(error)).not.toContain('secret-value');
});

test('refuses a server called `__proto__`, which would be lost, and an address that is not HTTP', async () => {
  const lost = await file('{"mcpServers": {\n  "__proto__": {"command": "x"}, "a": {"command": "y"}}}');
  await expect(readServersFile(lost, {})).rejects.toThrow(/servers.json:2:3: a member called `__proto__`/);
  const local = await file('{"mcpServers": {\n  "a": {"url": "file:///etc/passwd"}}}');
  await expect(readServersFile(local, {})).rejects.toThrow(/servers.json:2:\d+: [\s\S]*an http:\/\/ or https:\/\/ URL/);
});

test.each([
  ['no JSON', '{"mcpServers": {'],
  ['no servers member', '{"other": {}}'],
  ['no server', '{"mcpServers": {}}'],
])('refuses a file with %s', async (_, text) => {
  await expect(readServersFile(await file(text), { variables: { HOME: '/home/me' } })).rejects.toMatchObject({
    kind: 'input',
  });
});

test('refuses a missing file and says what to do', async () => {
  await expect(readServersFile('/nowhere/servers.json', { variables: { HOME: '/home/me' } })).rejects.toThrow(/to do/);
});
