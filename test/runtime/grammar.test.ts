import { Ajv2020 } from 'ajv/dist/2020.js';
import { getLlama, type Llama } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import type { JsonSchema } from '../../core/tool.ts';
import { argumentsGrammar } from '../../runtime/grammar.ts';
import { gbnfWalker } from '../fixtures/gbnf-walker.ts';
import { GRAMMAR_CASES } from '../fixtures/grammar-cases.ts';

const BEFORE = ' ';
const AFTER = '}\n</tool_call>';
const FRAME = { before: BEFORE, after: AFTER };
const RUNS = 60;

let llama: Llama;
beforeAll(async () => {
  llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false });
});
afterAll(() => llama?.dispose());

/** llama.cpp's own word on whether the text matches the whole grammar. */
async function accepts(grammar: string, text: string): Promise<boolean> {
  const compiled = (await llama.createGrammar({ grammar })) as unknown as { _testText(text: string): boolean };
  return compiled._testText(text);
}

function framed(json: string): string {
  return BEFORE + json + AFTER;
}

/** Python's `json.dumps(value, ensure_ascii=False)`. */
function dumps(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${dumps(member)}`)
    .join(', ')}}`;
}

describe.each(GRAMMAR_CASES)('the grammar of $name', ({ name, schema, gold, wrong }) => {
  const grammar = argumentsGrammar(schema, FRAME);

  it('allows gold arguments as training writes them', async () => {
    for (const args of gold) expect(await accepts(grammar, framed(dumps(args))), dumps(args)).toBe(true);
  });

  it('forbids what the schema forbids', async () => {
    for (const text of wrong) expect(await accepts(grammar, framed(text)), text).toBe(false);
  });

  it('makes only texts that parse, validate, and are spaced as in training', async () => {
    const validate = new Ajv2020({ strict: false }).compile({ ...schema, $schema: undefined });
    const write = gbnfWalker(grammar);
    const random = seededRandom('grammar', name);
    for (let run = 0; run < RUNS; run++) {
      const text = write(random);
      expect(text.startsWith(BEFORE) && text.endsWith(AFTER)).toBe(true);
      const json = text.slice(BEFORE.length, -AFTER.length);
      const value: unknown = JSON.parse(json);
      expect(validate(value), `${json}: ${JSON.stringify(validate.errors)}`).toBe(true);
      expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(dumps(value))));
      if (run < 5) expect(await accepts(grammar, text), text).toBe(true);
    }
  });
});

describe('one way of writing', () => {
  const grammar = argumentsGrammar(
    { properties: { a: { type: 'string' }, b: { type: 'integer' } }, required: ['a'] },
    FRAME,
  );

  it.each([
    '{"a":"x"}',
    '{"a": "x" }',
    '{ "a": "x"}',
    '{"a": "x","b": 1}',
    '{"b": 1, "a": "x"}',
    '{"a": "x", "b": 1, }',
    '{"a": "\\u0041"}',
    '{"a": "\\/"}',
    '{"a": "line\nbreak"}',
    '{"a": "x", "b": 01}',
    '{"a": "x", "b": 1.0}',
  ])('%s is not it', async (text) => {
    expect(await accepts(grammar, framed(text))).toBe(false);
  });

  it('follows the spacing that it is given', async () => {
    const tight = argumentsGrammar(
      { properties: { a: { type: 'array' } } },
      { ...FRAME, spacing: { item: ',', key: ':' } },
    );
    expect(await accepts(tight, framed('{"a":[1,{"b":2,"c":3}]}'))).toBe(true);
    expect(await accepts(tight, framed('{"a": [1]}'))).toBe(false);
  });
});

describe('hostile schemas', () => {
  const node = (children: JsonSchema) => ({
    type: 'object',
    properties: { node: { $ref: '#/$defs/node' } },
    $defs: { node: children },
  });
  const wide = Array.from({ length: 3000 }, (_, index) => `value-${index}-${'x'.repeat(200)}`);
  const cases: [string, JsonSchema][] = [
    ['a reference to itself', node({ $ref: '#/$defs/node' })],
    [
      'alternatives of themselves',
      node({ anyOf: [{ $ref: '#/$defs/node' }, { $ref: '#/$defs/node' }, { type: 'string' }] }),
    ],
    ['allOf of itself', node({ allOf: [{ $ref: '#/$defs/node' }, { $ref: '#/$defs/node' }] })],
    [
      'a tree of many branches',
      node({ properties: Object.fromEntries('abcdefghij'.split('').map((key) => [key, { $ref: '#/$defs/node' }])) }),
    ],
    [
      'products of alternatives',
      node(Array.from({ length: 12 }).reduce<JsonSchema>((inner) => ({ anyOf: Array(20).fill(inner) }), {})),
    ],
    ['a huge enum', { properties: { a: { enum: wide } } }],
    ['very many properties', { properties: Object.fromEntries(wide.map((key) => [key, { type: 'string' }])) }],
    ['references that lead nowhere', node({ anyOf: [{ $ref: 'https://x/y' }, { $ref: '#/none' }, { $ref: '#/%' }] })],
    [
      'members of the wrong type',
      { properties: { a: { type: 7, enum: {}, anyOf: 'x', minimum: 'y', items: 3 } }, required: 'a' } as JsonSchema,
    ],
    [
      'names that look like GBNF',
      { properties: { '" | "x\\\n]': { const: '"\u0000\\' }, __proto__x: { type: 'null' } } },
    ],
  ];

  it.each(cases)('%s: a grammar of bounded size that llama.cpp reads', async (_, schema) => {
    const before = process.cpuUsage();
    const grammar = argumentsGrammar(schema, FRAME);
    expect(grammar.length).toBeLessThan(500_000);
    expect(await accepts(grammar, 'x')).toBe(false);
    expect(() => JSON.parse(gbnfWalker(grammar)(seededRandom(1)).slice(1, -AFTER.length))).not.toThrow();
    // Processor time, in microseconds: it says the same on a busy machine.
    expect(process.cpuUsage(before).user).toBeLessThan(8_000_000);
  });
});
