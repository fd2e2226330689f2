import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { createRenderer } from '../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../core/prompt/load-renderer.ts';
import type { Sample } from '../../core/sample.ts';
import type { Trace } from '../../core/trace.ts';
import { type CheckTools, checkSample } from '../../datasets/check-sample.ts';
import { axolotlRows, tokenIdRows, trlRows } from '../../datasets/export-rows.ts';
import { makeSamples } from '../../datasets/make-samples.ts';
import { sampleTokens } from '../../datasets/sample-tokens.ts';
import { STYLES, writeBase } from '../core/prompt/bases.ts';
import { CATALOGUE, makeTraces, TOOLS } from './made-up-traces.ts';

async function checkTools(base: string): Promise<CheckTools> {
  const source = await loadPromptSource(base);
  const renderer = createRenderer({ ...source, settings: { descriptions: 'first-sentence' } });
  const tools = new Map(TOOLS.map((tool) => [tool.id, tool]));
  return { renderer, tools, catalogue: CATALOGUE.hash, encode: source.tokenizer.encode };
}

const chain: Trace = {
  ...makeTraces(1)[0]!,
  id: 'chain',
  messages: [
    { role: 'user', content: 'Move a to b, look again, then list.' },
    { role: 'assistant', call: { tool: 'files.move_file', arguments: { destination: 'b', source: 'a' } } },
    { role: 'tool', content: 'ok' },
    { role: 'assistant', call: { tool: 'files.list_allowed_directories', arguments: {} } },
    { role: 'tool', content: '/' },
    { role: 'assistant', call: { tool: 'files.move_file', arguments: { source: 'b', destination: 'c' } } },
    { role: 'tool', content: 'ok' },
    { role: 'assistant', content: 'Moved.' },
  ],
};

const trained = (sample: Sample) => sample.spans.filter(({ train }) => train).map(({ text }) => text);

describe('samples of a chain', () => {
  let tools: CheckTools;
  let samples: Sample[];
  beforeAll(async () => {
    tools = await checkTools(EMBEDDED_BASE);
    samples = makeSamples(chain, 'train', tools);
  });

  test('one for the selector, one for each tool with arguments, one for all', () => {
    expect(samples.map(({ id }) => id)).toEqual([
      'chain:selector',
      'chain:arguments:files-move-file',
      'chain:monolithic',
    ]);
    expect(trained(samples[0]!)).toEqual(['move_file",', 'list_allowed_directories",', 'move_file",', 'respond",']);
    expect(samples[0]!.meta.steps).toEqual([0, 1, 2, 3]);
    expect(trained(samples[1]!)).toEqual([
      ' {"source": "a", "destination": "b"}}\n</tool_call><|im_end|>',
      ' {"source": "b", "destination": "c"}}\n</tool_call><|im_end|>',
    ]);
    expect(samples[1]!.meta.steps).toEqual([0, 2]);
    expect(trained(samples[2]!)).toHaveLength(4);
    expect(trained(samples[2]!)[3]).toBe('Moved.<|im_end|>');
  });

  test('the selector’s text is the native conversation up to its last step', () => {
    const text = samples[0]!.spans
      .slice(0, -2)
      .map((span) => span.text)
      .join('');
    expect(
      samples[2]!.spans
        .map((span) => span.text)
        .join('')
        .startsWith(text),
    ).toBe(true);
  });

  test('a step behind respond begins a new selector sample', () => {
    const messages = [
      ...chain.messages,
      { role: 'user' as const, content: 'And back.' },
      ...chain.messages.slice(1, 3),
    ];
    const selector = makeSamples({ ...chain, messages }, 'train', tools).filter(({ task }) => task === 'selector');
    expect(selector.map(({ id, meta }) => [id, meta.steps])).toEqual([
      ['chain:selector', [0, 1, 2, 3]],
      ['chain:selector:2', [4]],
    ]);
    for (const sample of selector)
      expect(checkSample(sample, { ...chain, messages }, tools).every(({ ok }) => ok)).toBe(true);
  });

  test('exports keep text and mask', () => {
    const sample = samples[1]!;
    const [{ segments }] = axolotlRows(sample) as [{ segments: { label: boolean; text: string }[] }];
    expect(segments.map(({ label, text }) => ({ train: label, text }))).toEqual(
      sample.spans.map(({ train, text }) => ({ train, text })),
    );
    const rows = trlRows(sample) as { prompt: string; completion: string }[];
    expect(rows.map(({ completion }) => completion)).toEqual(trained(sample));
    expect(rows[1]!.prompt.startsWith(rows[0]!.prompt + rows[0]!.completion)).toBe(true);
    const tokens = sampleTokens(sample, tools.encode);
    const [row] = tokenIdRows(tokens) as [{ input_ids: number[]; attention_mask: number[]; labels: number[] }];
    expect(row.labels.length).toBe(row.input_ids.length);
    expect(row.attention_mask.length).toBe(row.input_ids.length);
    const labelled = row.input_ids.filter((_, index) => row.labels[index] !== -100);
    expect(labelled).toEqual(trained(sample).flatMap((text) => tools.encode(text)));
  });

  test.each<[string, (sample: Sample) => Sample, string]>([
    ['a cut inside a token', (sample) => moveCut(sample, 1), 'span by span gives the tokens of the whole'],
    [
      'another prompt',
      (sample) => ({ ...sample, spans: [{ text: 'x', train: false }, ...sample.spans] }),
      'the runtime prefills what was trained on',
    ],
    [
      'no trained span',
      (sample) => ({ ...sample, spans: sample.spans.map(({ text }) => ({ text, train: false })) }),
      'has trained tokens',
    ],
    [
      'a stop token outside',
      (sample) => ({
        ...sample,
        spans: sample.spans.map((span) => ({ ...span, text: span.text.replace(/<\|im_end\|>$/, '') })),
      }),
      'the stop token is trained',
    ],
  ])('the check finds %s', (_what, spoil, name) => {
    const failed = checkSample(spoil(samples[1]!), chain, tools).filter(({ ok }) => !ok);
    expect(failed.map((check) => check.name)).toContain(name);
  });
});

/** Moves characters from the beginning of the first trained span to the span before it. */
function moveCut(sample: Sample, count: number): Sample {
  const spans = structuredClone(sample.spans);
  const at = spans.findIndex(({ train }) => train);
  spans[at - 1]!.text += spans[at]!.text.slice(0, count);
  spans[at]!.text = spans[at]!.text.slice(count);
  return { ...sample, spans };
}

describe.each(['embedded', ...Object.keys(STYLES)])('the cut rule on a base in the style of %s', (style) => {
  test('holds for every sample', async () => {
    const base =
      style === 'embedded' ? EMBEDDED_BASE : await writeBase(await mkdtemp(join(tmpdir(), 'base-')), STYLES[style]!);
    const tools = await checkTools(base);
    let count = 0;
    for (const trace of [chain, ...makeTraces(25)]) {
      for (const sample of makeSamples(trace, 'train', tools)) {
        count += 1;
        const failed = checkSample(sample, trace, tools).filter(({ ok }) => !ok);
        expect({ id: sample.id, failed }).toEqual({ id: sample.id, failed: [] });
      }
    }
    expect(count).toBeGreaterThan(60);
  });
});
