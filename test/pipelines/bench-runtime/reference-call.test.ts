import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRenderer } from '../../../core/prompt/load-renderer.ts';
import { loadTokenizer } from '../../../core/tokenizer.ts';
import {
  completions,
  type ReferenceParts,
  referenceCall,
  referenceLengths,
} from '../../../pipelines/bench-runtime/reference-call.ts';
import { linkTo } from '../../../runtime/llama-server/server-link.ts';
import { type ServerProcess, startServerProcess } from '../../../runtime/llama-server/server-process.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../../fixtures/llama-server/binary.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';
import { makeTool } from '../../fixtures/tools.ts';

const why = noLlamaServer();
const tool = makeTool('read', { properties: { path: { type: 'string' } } }, 'Reads.');
const messages = [{ role: 'user' as const, content: 'read a.txt' }];

describe.skipIf(why)(`the reference's way${why ? ` (skipped: ${why})` : ''}`, () => {
  let server: ServerProcess;
  let parts: ReferenceParts;
  beforeAll(async () => {
    const tiny = await tinyModel();
    const adapters = Object.values(tiny.adapters).map(({ path }) => path);
    const program = { binary: LLAMA_SERVER, model: tiny.gguf, env: LLAMA_SERVER_ENV, threads: 1 };
    server = await startServerProcess(program, { adapters, contextSize: 1024, slots: 11 });
    const { encode } = await loadTokenizer(tiny.base);
    const renderer = await loadRenderer(tiny.base, { descriptions: 'full' });
    parts = { link: linkTo(server), tokenize: encode, renderer, ids: adapters.map((_, id) => id) };
  });
  afterAll(() => server?.stop());

  it('samples ten that differ, each of as many tokens as are asked for', async () => {
    const texts = await completions(parts, 'read', { adapter: 0, slot: 0, samples: 10, tokens: 12 });
    expect(texts).toHaveLength(10);
    expect(new Set(texts).size).toBeGreaterThan(5);
  });

  it('writes a name without arguments, then the whole call', async () => {
    const one = { messages, tool, tools: [tool], arguments: { path: 'a.txt' } };
    const [name, call] = referenceLengths(parts, one);
    expect(name).toBe(parts.tokenize('<tool_call>\n{"name": "read"}\n</tool_call><|im_end|>').length);
    expect(call).toBeGreaterThan(name);
    expect(await referenceCall(parts, { selector: 0, arguments: 1, argumentSlot: 10 }, one, [tool])).toBeGreaterThan(0);
  });
});
