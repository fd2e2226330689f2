import { beforeAll, describe, expect, test } from 'vitest';
import { EMBEDDED_BASE } from '../../../core/project.ts';
import { createRenderer } from '../../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../../core/prompt/load-renderer.ts';
import { segmentEncoder } from '../../../core/prompt/segment-encoder.ts';
import { seededRandom } from '../../../core/random.ts';
import type { Sample } from '../../../core/sample.ts';
import { RESPOND } from '../../../core/tool.ts';
import { stepsOf, type Trace } from '../../../core/trace.ts';
import { type Augmenter, augmenter } from '../../../datasets/augment/augmenter.ts';
import { drawMask } from '../../../datasets/augment/mask.ts';
import { type CheckTools, checkSample } from '../../../datasets/check-sample.ts';
import { makeSamples } from '../../../datasets/make-samples.ts';
import { CATALOGUE, makeTool, makeTraces, TOOLS } from '../made-up-traces.ts';

const text = { type: 'string' };
const OTHERS = ['a', 'b', 'c', 'd', 'e'].map((name) =>
  makeTool(`mail.send_${name}`, `Sends ${name}.`, { recipient_address: text }),
);
const options = { maskNames: 0.5, distractors: { from: OTHERS, tools: 2, share: 0.5 }, sets: 3, seed: 1 };
const TRACES = makeTraces(80);

describe('augmented samples of the embedded base', () => {
  let tools: CheckTools;
  let augmenting: Augmenter;
  let samples: { sample: Sample; trace: Trace }[];
  beforeAll(async () => {
    const source = await loadPromptSource(EMBEDDED_BASE);
    augmenting = augmenter(TOOLS, options);
    tools = {
      renderer: createRenderer({ ...source, settings: { descriptions: 'full' } }),
      tools: new Map(TOOLS.map((tool) => [tool.id, tool])),
      catalogue: CATALOGUE.hash,
      encode: segmentEncoder(source.tokenizer),
      augmenter: augmenting,
    };
    samples = TRACES.flatMap((trace) =>
      makeSamples(trace, 'train', tools, augmenting.draw(trace)).map((sample) => ({ sample, trace })),
    );
  });

  test('keep the cut rule, every one', () => {
    const failed = samples.flatMap(({ sample, trace }) => checkSample(sample, trace, tools).filter(({ ok }) => !ok));
    expect(failed).toEqual([]);
  });

  test('are of every kind, in few prompts, and arguments are as they were', () => {
    const kinds = new Set(samples.map(({ sample }) => Object.keys(sample.meta.augmented ?? {}).join()));
    expect([...kinds].sort()).toEqual(['', 'distractors', 'mask', 'mask,distractors']);
    const prompts = samples.filter(({ sample }) => sample.task === 'selector').map(({ sample }) => toolsBlock(sample));
    expect(new Set(prompts).size).toBeLessThanOrEqual(1 + 3 * options.sets);
    expect(new Set(prompts).size).toBeGreaterThan(options.sets);
    const plain = TRACES.flatMap((trace) => makeSamples(trace, 'train', tools));
    const ofTools = (all: Sample[]) => all.filter(({ task }) => task === 'arguments');
    expect(ofTools(samples.map(({ sample }) => sample))).toEqual(ofTools(plain));
  });

  test('show no real name where they are masked', () => {
    const masked = samples.filter(({ sample }) => sample.meta.augmented?.mask !== undefined);
    expect(masked.length).toBeGreaterThan(20);
    const names = [
      ...[...TOOLS, ...OTHERS].map(({ promptName }) => promptName),
      ...['source', 'destination', 'head', 'entityType', 'observations', 'recipient_address'],
    ];
    const real = new RegExp(`(?<![A-Za-z_])(${names.join('|')})(?![A-Za-z_])`);
    for (const { sample } of masked) {
      // What users and tools say stays.
      const shown = [toolsBlock(sample), ...sample.spans.filter(({ train }) => train).map((span) => span.text)];
      expect(shown.join('\n')).not.toMatch(real);
      expect(toolsBlock(sample)).not.toMatch(/"(path|query|entities)"/);
    }
  });

  test('offer distractors, which are never called', () => {
    const more = samples.filter(({ sample }) => sample.meta.augmented?.distractors !== undefined);
    for (const { sample, trace } of more) {
      const view = augmenting.view(trace, sample.meta.augmented!);
      expect(view.trace.tools.filter((id) => id.startsWith('mail.'))).toHaveLength(2);
      expect(view.trace.tools.filter((id) => !id.startsWith('mail.'))).toEqual(trace.tools);
      for (const id of view.trace.tools)
        expect(toolsBlock(sample)).toContain(`"name": "${view.tools.get(id)!.promptName}"`);
      const own = new Set([RESPOND, ...trace.tools.map((id) => view.tools.get(id)!.promptName)]);
      if (sample.task !== 'selector') continue;
      const chosen = sample.spans.filter(({ train }) => train).map((span) => span.text.slice(0, -2));
      for (const name of chosen) expect(own).toContain(name);
    }
  });

  test('are the same for the same seed, and depend on no other trace', () => {
    const again = augmenter(TOOLS, options);
    const drawn = TRACES.map((trace) => augmenting.draw(trace));
    expect(TRACES.toReversed().map((trace) => again.draw(trace))).toEqual(drawn.toReversed());
    const made = TRACES.flatMap((trace) =>
      makeSamples(trace, 'train', { ...tools, augmenter: again }, again.draw(trace)),
    );
    expect(made).toEqual(samples.map(({ sample }) => sample));
    const other = augmenter(TOOLS, { ...options, seed: 2 });
    expect(TRACES.map((trace) => other.draw(trace))).not.toEqual(drawn);
  });

  test.each<[string, (augmenting: Augmenter) => Augmenter]>([
    [
      'masked in the prompt, not in the call',
      ({ draw, view }) => ({ draw, view: (trace, how) => ({ ...view(trace, how), trace }) }),
    ],
    [
      'masked in the call, not in the prompt',
      ({ draw, view }) => ({
        draw,
        view: (trace, how) => ({ ...view(trace, how), tools: new Map(TOOLS.map((tool) => [tool.id, tool])) }),
      }),
    ],
  ])('the check finds a mask that is broken: %s', (_what, spoil) => {
    const broken = { ...tools, augmenter: spoil(augmenting) };
    const trace = TRACES.find((one) => stepsOf(one).some(({ call }) => call?.tool === 'files.move_file'))!;
    const [, ...rest] = makeSamples(trace, 'train', broken, { mask: 0 });
    const whole = rest.find(({ task }) => task === 'monolithic')!;
    const failed = (own: CheckTools) => checkSample(whole, trace, own).filter(({ ok }) => !ok);
    // By itself, and beside a mask that is whole.
    expect(failed(broken).map(({ name }) => name)).toContain('no call has a masked name');
    expect(failed(tools).map(({ name }) => name)).toContain('the runtime prefills what was trained on');
  });
});

function toolsBlock({ spans }: Sample): string {
  const [block] = spans[0]!.text.split('</tools>\n\nFor each');
  return block!;
}

describe('a mask', () => {
  const schema = {
    title: 'Edit Arguments',
    required: ['title', 'edits'],
    properties: {
      title: { type: 'string', title: 'Title', enum: ['title', 'edits'], description: 'A title, as `edits` wants it.' },
      edits: { type: 'array', items: { $ref: '#/$defs/Edit' } },
      labels: { type: 'object', additionalProperties: { $ref: '#/$defs/Edit' } },
      like: { $ref: '#/properties/edits' },
      free: { type: 'object', additionalProperties: true },
    },
    $defs: {
      Edit: { type: 'object', properties: { oldText: text }, required: ['oldText'], additionalProperties: false },
    },
  };
  const { properties, ...extra } = schema;
  const tool = makeTool('x.edit_all', 'Use edit_all with edits; see also fetch_it, not fetch.', properties, extra);
  const others = [makeTool('x.fetch_it', '', {}), makeTool('y.fetch', '', {})];
  const mask = drawMask([tool, ...others], seededRandom(1));
  const call = {
    tool: tool.id,
    arguments: {
      title: 'edits',
      edits: [{ oldText: 'title' }],
      labels: { title: { oldText: 'a' } },
      like: [{ oldText: 'b' }],
      free: { oldText: 1 },
    },
  };
  const trace: Trace = {
    ...TRACES[0]!,
    tools: [tool.id],
    messages: [
      { role: 'user', content: 'edit' },
      { role: 'assistant', call },
    ],
  };

  test('renames all that a schema names, and calls with it; values and free maps stay', () => {
    const masked = mask.tools.get(tool.id)!;
    const [title, edits, labels, like, free] = Object.keys(masked.inputSchema.properties as object);
    const own = masked.inputSchema as unknown as typeof schema & { properties: Record<string, unknown> };
    expect(own.required).toEqual([title, edits]);
    expect(own.properties[title!]).toEqual({
      type: 'string',
      enum: ['title', 'edits'],
      description: `A ${title}, as \`${edits}\` wants it.`,
    });
    expect(own.properties[like!]).toEqual({ $ref: `#/properties/${edits}` });
    const [oldText] = own.$defs.Edit.required;
    expect(oldText).not.toBe('oldText');
    expect(stepsOf(mask.trace(trace))[0]!.call!.arguments).toEqual({
      [title!]: 'edits',
      [edits!]: [{ [oldText!]: 'title' }],
      [labels!]: { title: { [oldText!]: 'a' } },
      [like!]: [{ [oldText!]: 'b' }],
      [free!]: { oldText: 1 },
    });
    expect(mask.fits(trace)).toBe(true);
    expect(masked.description).toBe(
      `Use ${masked.promptName} with ${edits}; see also ${mask.tools.get('x.fetch_it')!.promptName}, not fetch.`,
    );
  });

  test('gives valid names, each once, none of them real', () => {
    const many = Array.from({ length: 300 }, (_, index) => makeTool(`s.t${index}`, '', { path: text }));
    const { tools } = drawMask(many, seededRandom(2));
    const names = [...tools.values()].flatMap((one) => [
      one.promptName,
      ...Object.keys(one.inputSchema.properties as object),
    ]);
    expect(new Set(names).size).toBe(600);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z_]{0,63}$/);
    expect(names).not.toContain('path');
  });

  test('does not fit where a schema rules over names as values', () => {
    const strict = makeTool('x.strict', '', { path: text }, { propertyNames: { enum: ['path'] } });
    const strictMask = drawMask([strict], seededRandom(1));
    const one: Trace = {
      ...trace,
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', call: { tool: strict.id, arguments: { path: 'a' } } },
      ],
    };
    expect(strictMask.fits(one)).toBe(false);
  });
});
