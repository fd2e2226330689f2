import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { linkTo } from '../../runtime/llama-server/server-link.ts';
import { completionsServer } from '../../runtime/openai/completions-server.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Answers without an end; says how much was taken. */
async function endlessServer(): Promise<{ url: string; taken(): number }> {
  let taken = 0;
  const chunk = Buffer.alloc(2 ** 20, ' ');
  const more = (response: ServerResponse) => {
    while (!response.destroyed && response.write(chunk)) taken += chunk.length;
  };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', () => more(response));
    more(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken: () => taken };
}

test('an answer without an end is given up, by llama-server and by an endpoint', { timeout: 60_000 }, async () => {
  const { url, taken } = await endlessServer();
  await expect(linkTo({ url }).ask('/props', z.unknown())).rejects.toThrow(/more than \d+ bytes/);
  const ending = new AbortController().signal;
  const access = { baseUrl: url, timeoutMs: 50_000, tries: 1, ending };
  await expect(completionsServer(access).models()).rejects.toThrow(/more than \d+ bytes/);
  expect(taken()).toBeLessThan(400 * 2 ** 20);
});
