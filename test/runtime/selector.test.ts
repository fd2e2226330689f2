import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { RESPOND } from '../../core/tool.ts';
import type { Engine, EngineSession } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { buildNameTrie } from '../../runtime/name-trie.ts';
import { selectName } from '../../runtime/selector.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';

const NAMES = [
  'read',
  'read_file',
  'read_file_2',
  'read_text_file',
  'read_media_file',
  'write_file',
  'write',
  'list_directory',
  'list_directory_with_sizes',
  'list',
  'create_entities',
  'create_relations',
  'x',
  RESPOND,
];
const renderer = { nameSpan: (name: string) => `${name}",`, stop: '<|im_end|>' };

let tiny: TinyModel;
let engine: Engine;
beforeAll(async () => {
  tiny = await tinyModel();
  engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 256, threads: 1, kvType: 'f32', gpu: false });
});
afterAll(() => engine?.close());

const prompts = Array.from({ length: 12 }, (_, index) => {
  const words = seededRandom('selector', index).sample(
    ['read', 'the', 'file', 'list', 'all', 'make', '7', 'of', 'x'],
    5,
  );
  return `<|im_start|>user\n${words.join(' ')}<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "`;
});

async function bruteForce(session: EngineSession, prompt: string): Promise<[name: string, logprob: number][]> {
  const prefix = engine.tokenize(prompt);
  const scores: [string, number][] = [];
  for (const name of NAMES) {
    const own = await session.logprobs([...prefix, ...engine.tokenize(renderer.nameSpan(name))], prefix.length);
    scores.push([name, own.reduce((sum, value) => sum + value, 0)]);
  }
  return scores.sort((a, b) => b[1] - a[1]);
}

describe('selectName', () => {
  it('finds the most probable whole name, as scoring all of them does', async () => {
    const winners = new Set<string>();
    for (const adapter of [undefined, tiny.adapters.alpha, tiny.adapters.beta]) {
      const session = await engine.session(adapter);
      for (const prompt of prompts) {
        const all = await bruteForce(session, prompt);
        const { promptName, ranked } = await selectName(engine, session, renderer, prompt, NAMES);
        expect(promptName).toBe(all[0]![0]);
        winners.add(promptName);
        expect(ranked!.map((entry) => entry.promptName).toSorted()).toEqual(NAMES.toSorted());
        expect(ranked![0]!.promptName).toBe(promptName);
        expect(ranked!.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
        const total = all.reduce((sum, [, score]) => sum + Math.exp(score), 0);
        expect(ranked![0]!.probability).toBeLessThanOrEqual(Math.exp(all[0]![1]) / total + 1e-3);
      }
    }
    expect(winners.size).toBeGreaterThan(3);
  });

  it('evaluates the prompt once and few tokens for the names', async () => {
    const session = await engine.session(tiny.adapters.gamma);
    await selectName(engine, session, renderer, prompts[0]!, NAMES);
    const first = session.usage.prefilled;
    await selectName(engine, session, renderer, prompts[0]!, NAMES);
    const second = session.usage.prefilled - first;
    const all = NAMES.reduce((sum, name) => sum + engine.tokenize(renderer.nameSpan(name)).length, 0);
    expect(second).toBeLessThan(all);
    expect(session.usage.generated).toBe(0);
  });

  it('gives the signal to the engine, which so ends a prompt that nobody waits for', async () => {
    const session = await engine.session();
    // Of one name the tokens are scored in a row, of several where they part.
    for (const names of [['read'], NAMES]) {
      const controller = new AbortController();
      const leaving: EngineSession = {
        ...session,
        logprobs(...asked) {
          controller.abort(new Error('gone'));
          return session.logprobs(...asked);
        },
        next(...asked) {
          controller.abort(new Error('gone'));
          return session.next(...asked);
        },
      };
      const selecting = selectName(engine, leaving, renderer, prompts[0]!, names, controller.signal);
      await expect(selecting).rejects.toThrow('gone');
    }
  });

  it('knows the answer where there is one candidate, and refuses none', async () => {
    const session = await engine.session();
    const { promptName, ranked } = await selectName(engine, session, renderer, prompts[0]!, ['read', 'read']);
    expect({ promptName, ranked }).toEqual({ promptName: 'read', ranked: [{ promptName: 'read', probability: 1 }] });
    await expect(selectName(engine, session, renderer, prompts[0]!, [])).rejects.toThrow(/no tool/);
  });
});

describe('buildNameTrie', () => {
  it('parts names where their tokens part', () => {
    const names = [
      { name: 'a', tokens: [1, 2, 9] },
      { name: 'ab', tokens: [1, 2, 3, 9] },
      { name: 'c', tokens: [4, 9] },
    ];
    expect(buildNameTrie(names)).toEqual({
      tokens: [],
      children: [
        {
          tokens: [1, 2],
          children: [
            { tokens: [9], name: 'a', children: [] },
            { tokens: [3, 9], name: 'ab', children: [] },
          ],
        },
        { tokens: [4, 9], name: 'c', children: [] },
      ],
    });
  });

  it('refuses names that begin one another', () => {
    const names = [
      { name: 'a', tokens: [1] },
      { name: 'ab', tokens: [1, 2] },
    ];
    expect(() => buildNameTrie(names)).toThrow(/a cannot be told from ab/);
  });
});
