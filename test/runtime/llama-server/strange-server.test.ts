import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { loadTokenizer } from '../../../core/tokenizer.ts';
import { openLlamaServer } from '../../../runtime/llama-server.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';

test('a server that claims slots without number takes no memory for them', async () => {
  const props = { total_slots: 1e9, default_generation_settings: { n_ctx: 1e6 } };
  const server = createServer((_request, response) => response.end(JSON.stringify(props))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenizer = await loadTokenizer((await tinyModel()).base);
  try {
    const before = process.memoryUsage().rss;
    await expect(openLlamaServer({ server: { url }, tokenizer, adapters: [], contextSize: 512 })).rejects.toThrow(
      /does not answer in the form/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  } finally {
    server.close();
  }
});
