import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { connectServer, type ServerConnection } from '../../../runtime/mcp/connection.ts';
import type { ServerConfig } from '../../../runtime/mcp/servers-file.ts';
import { scripted } from '../../fixtures/scripted-config.ts';

const env = { PATH: process.env.PATH ?? '', ALLOWED: 'yes' };

async function connect(config: ServerConfig, timeoutMs = 10_000): Promise<ServerConnection> {
  const connection = await connectServer(config, { env, signal: new AbortController().signal, timeoutMs });
  onTestFinished(() => connection.close());
  return connection;
}

test('lists tools and calls them', async () => {
  const server = await connect(scripted('good'));
  expect(server.version).toBe('1.2.3');
  expect(await server.listTools()).toHaveLength(3);
  expect(await server.call('echo', { text: 'hi' })).toEqual({
    content: expect.stringContaining('hi in '),
    isError: false,
  });
  expect(await server.call('nothing', {})).toEqual({ content: 'no tool nothing', isError: true });
});

test('reads every page', async () => {
  const server = await connect(scripted('paged'));
  expect((await server.listTools()).map((tool) => (tool as { name: string }).name)).toEqual([
    'tool_0',
    'tool_1',
    'tool_2',
    'tool_3',
    'tool_4',
  ]);
});

test('refuses a list without an end', async () => {
  const server = await connect(scripted('endless'));
  await expect(server.listTools()).rejects.toThrow(
    /server endless: the list of tools is too long[\s\S]*more than 100 pages/,
  );
});

test('gives the child the allowed environment and no more', async () => {
  process.env.NOT_FOR_SERVERS = 'leak';
  onTestFinished(() => {
    delete process.env.NOT_FOR_SERVERS;
  });
  const server = await connect(scripted('good', { env: { OWN_MODE: 'x' } }));
  const seen = JSON.parse((await server.call('echo', { text: '$ENV' })).content);
  expect(seen).toMatchObject({ ALLOWED: 'yes', OWN_MODE: 'x' });
  expect(seen).not.toHaveProperty('NOT_FOR_SERVERS');
});

test('an exit at the start is told with the end of stderr, without secrets', async () => {
  const error = await connect(scripted('exits', { env: { API_TOKEN: 'tok-123456' } })).catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(/server exits .*ended while starting/);
  expect(String(error)).toContain('cannot open the database with [redacted]');
  expect(String(error)).not.toContain('tok-123456');
});

test('a missing program is told with its name', async () => {
  const error = await connect(scripted('good', { name: 'gone', command: 'no-such-program' })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ kind: 'environment' });
  expect(String(error)).toMatch(/server gone .*ENOENT[\s\S]*no-such-program/);
});

test('a server that never answers is told, and what it printed', async () => {
  await expect(connect(scripted('silent'), 800)).rejects.toThrow(/server silent .*no answer in 0.8 s while starting/);
  await expect(connect(scripted('deaf-chatter'), 4000)).rejects.toThrow(/printed to stdout[\s\S]*Welcome/);
});

test('a call without an answer is told with its own time limit', async () => {
  const server = await connect(scripted('good'));
  await expect(server.call('echo', { text: '$SILENCE' }, { timeoutMs: 300 })).rejects.toThrow(
    /no answer in 0.3 s while calling echo/,
  );
});

test('an error of the server’s own is a result, whatever its code, and the server lives', async () => {
  const server = await connect(scripted('good'));
  const said = await Promise.all(
    [-32000, -32001, -32603, 7].map((code) => server.call('echo', { text: `$ERROR${code}` })),
  );
  expect(new Set(said.map(({ content }) => /busy: \d+$/.exec(content)?.[0])).size).toBe(1);
  expect(said).toEqual(said.map(() => ({ content: expect.stringMatching(/busy: \d+$/), isError: true })));
  expect(await server.call('echo', { text: 'hi' })).toMatchObject({ isError: false });
  await expect(server.call('echo', { text: '$EXIT' })).rejects.toThrow(/ended while calling echo/);
});

test('what a server says of itself and of its tools is told without secrets', async () => {
  const server = await connect(scripted('indiscreet', { env: { API_TOKEN: 'tok-123456' } }));
  expect(server.title).toBe('[redacted]');
  expect(await server.listTools()).toMatchObject([{ name: 'tell', description: 'Works with [redacted].' }]);
});

test('other text on stdout does not stop a server, but is reported', async () => {
  const server = await connect(scripted('chatter'));
  expect(await server.listTools()).toHaveLength(3);
  expect(server.strayOutput().join()).toContain('Welcome');
});

test('a list of tools of the wrong form is told in one line', async () => {
  const server = await connect(scripted('listless'));
  const error = await server.listTools().catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(
    /server listless .*failed while listing its tools: an answer of the wrong form \(tools: .*\)$/,
  );
});

test('an address where nothing listens is told with its cause and what to do', async () => {
  const http = createServer();
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  await new Promise((done) => http.close(done));
  const config: ServerConfig = { kind: 'http', name: 'web', url, headers: {} };
  await expect(connect(config)).rejects.toThrow(/fetch failed: .*ECONNREFUSED[\s\S]*to do: {4}start the server/);
});

test.each([
  ['that gives no answer', 'sleep 778; true', 300],
  ['that heeds no signal', 'trap "" TERM; sleep 778; true', 300],
  ['that ends and leaves another one behind', 'sleep 778 & exit 1', 5000],
])('a server %s is gone with all that it started', { timeout: 15_000 }, async (_, script, timeoutMs) => {
  const mark = join(await mkdtemp(join(tmpdir(), 'gone-')), 'pid');
  const config = scripted('good', { command: 'sh', args: ['-c', `echo $$ > ${mark}; ${script}`] });
  await expect(connect(config, timeoutMs)).rejects.toThrow('while starting');
  const group = Number(await readFile(mark, 'utf8'));
  expect(() => process.kill(-group, 0)).toThrow('ESRCH');
});

test('after an abort during the start the server is gone', async () => {
  const mark = join(await mkdtemp(join(tmpdir(), 'gone-')), 'pid');
  const controller = new AbortController();
  const config = scripted('good', { command: 'sh', args: ['-c', `echo $$ > ${mark}; exec sleep 778`] });
  const starting = connectServer(config, { env, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stopped by the user')), 300);
  await expect(starting).rejects.toThrow('stopped by the user');
  const pid = Number(await readFile(mark, 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('stops at an abort', async () => {
  const controller = new AbortController();
  const starting = connectServer(scripted('silent'), { env, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('stopped by the user')), 100);
  await expect(starting).rejects.toThrow('stopped by the user');
});

test('speaks Streamable HTTP with the headers of the config, and hides them; a connection closed at the start is opened anew', async () => {
  let isFirst = true;
  const http = createServer(async (request, response) => {
    if (isFirst) {
      isFirst = false;
      return request.socket.destroy();
    }
    if (request.headers.authorization !== 'Bearer secret-abc') return response.writeHead(401).end('who is secret-abc?');
    const server = new McpServer({ name: 'web', version: '9' });
    server.registerTool('shout', { description: 'Shout.', inputSchema: { text: z.string() } }, ({ text }) => ({
      content: [{ type: 'text', text: text.toUpperCase() }],
    }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  onTestFinished(() => void http.close());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const server = await connect({ kind: 'http', name: 'web', url, headers: { Authorization: 'Bearer secret-abc' } });
  expect(await server.listTools()).toHaveLength(1);
  expect((await server.call('shout', { text: 'hi' })).content).toBe('HI');
  const error = await connect({
    kind: 'http',
    name: 'web',
    url,
    headers: { Authorization: 'Bearer secret-xyz' },
  }).catch((thrown: Error) => thrown);
  expect(String(error)).toContain('server web');
  expect(String(error)).not.toContain('secret-xyz');
});
