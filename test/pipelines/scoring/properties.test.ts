import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../core/random.ts';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import type { GoldCall, PredictedCall } from '../../../pipelines/scoring/gold.ts';
import { scoreCalls } from '../../../pipelines/scoring/score-call.ts';

type Schema = Record<string, unknown>;
type Values = Record<string, unknown>;
interface Draw {
  schema: Schema;
  draw: () => unknown;
}

const ROUNDS = 300;
const TEXTS = ['', 'a', 'B c', "it's", 'x/y_z.txt', '北京', '5', 'true', 'null', ' ', '…', '{"a": 1}'];
const NAMES = ['path', 'count', 'constructor', 'a b', 'required', 'type', '__proto__', 'é'];

function leaf(random: Random): Draw {
  return random.pick<() => Draw>([
    () => ({ schema: { type: 'string' }, draw: () => random.pick(TEXTS) + random.pick(TEXTS) }),
    () => ({ schema: { type: 'integer' }, draw: () => random.int(100) - 50 }),
    () => ({ schema: { type: 'number' }, draw: () => random.int(1000) / 8 }),
    () => ({ schema: { type: 'boolean' }, draw: () => random.chance(0.5) }),
    () => ({ schema: { type: ['integer', 'null'] }, draw: () => (random.chance(0.5) ? null : random.int(9)) }),
    () => ({ schema: { anyOf: [{ type: 'string' }, { type: 'number' }] }, draw: () => random.pick(['a', 7]) }),
    () => ({ schema: {}, draw: () => random.pick<unknown>([null, 'x', 1.5, [1, ['a']], { deep: { er: [true] } }]) }),
  ])();
}

function node(random: Random, depth: number): Draw {
  if (depth === 0 || random.chance(0.6)) return leaf(random);
  if (random.chance(0.5)) return objectOf(random, depth - 1);
  const item = node(random, depth - 1);
  return {
    schema: { type: 'array', items: item.schema },
    draw: () => Array.from({ length: random.int(4) }, item.draw),
  };
}

/** An object schema with some optional members, and values of it. */
function objectOf(random: Random, depth: number): Draw {
  const names = random.sample(NAMES, 1 + random.int(4));
  const members = names.map((name) => ({ name, ...node(random, depth), required: random.chance(0.6) }));
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(members.map(({ name, schema }) => [name, schema])),
      required: members.filter(({ required }) => required).map(({ name }) => name),
    },
    draw: () =>
      Object.fromEntries(
        members
          .filter(({ required }) => required || random.chance(0.6))
          .map(({ name, draw }): [string, unknown] => [name, draw()]),
      ),
  };
}

function shuffled(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return value.map((one) => shuffled(one, random));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(random.shuffle(Object.entries(value)).map(([key, one]) => [key, shuffled(one, random)]));
}

/** Another value of the same type, also where case and punctuation are left out. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value === 'string') return `${value}q`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return 0;
  if (Array.isArray(value) && (value.length === 0 || random.chance(0.3))) return [...value, 'more'];
  const entries = Object.entries(value as object);
  if (entries.length === 0) return { more: 1 };
  const [key] = random.pick(entries);
  const copy = Object.fromEntries(entries.map(([name, one]) => [name, name === key ? changed(one, random) : one]));
  return Array.isArray(value) ? Object.values(copy) : copy;
}

const validators = new SchemaValidators();

function scores(schema: Schema, gold: GoldCall[], predicted: PredictedCall[]) {
  const { selection, args_exact, args_ast, schema_valid, errors } = scoreCalls(
    { gold, alsoOk: [], predicted, schemaOf: (name) => (name === 'tool' ? schema : undefined) },
    validators,
  );
  return { selection, args_exact, args_ast, schema_valid, errors };
}
const ALL_RIGHT = { selection: true, args_exact: true, args_ast: true, schema_valid: true, errors: [] };
const call = (args: unknown) => ({ name: 'tool', arguments: args as Values });

function eachRound(check: (random: Random, schema: Schema, draw: () => Values, round: number) => void): void {
  for (let round = 0; round < ROUNDS; round++) {
    const random = seededRandom('scoring', round);
    const { schema, draw } = objectOf(random, 3);
    check(random, schema, draw as () => Values, round);
  }
}

test('a gold is right against itself, plain and as the only possible values', () => {
  eachRound((_random, schema, draw, round) => {
    const args = draw();
    expect(scores(schema, [call(args)], [call(structuredClone(args))]), `round ${round}`).toEqual(ALL_RIGHT);
    const possible = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, [value]]));
    expect(scores(schema, [{ name: 'tool', possible }], [call(args)]).args_exact, `round ${round}`).toBe(true);
  });
});

test('the order of keys never matters, whether right or wrong', () => {
  eachRound((random, schema, draw, round) => {
    const [gold, other] = [call(draw()), draw()];
    const inOrder = scores(schema, [gold], [call(other)]);
    const { errors, ...rest } = scores(schema, [gold], [call(shuffled(other, random))]);
    const byName = (list: typeof errors) => list.toSorted((a, b) => (a.parameter < b.parameter ? -1 : 1));
    const message = `round ${round}`;
    expect({ ...rest, errors: byName(errors) }, message).toEqual({ ...inOrder, errors: byName(inOrder.errors) });
    const swapped = call(shuffled(gold.arguments, random));
    expect(scores(schema, [swapped], [gold]), message).toEqual(ALL_RIGHT);
  });
});

test('a changed or a missing required value never passes, and is told as the error', () => {
  let tried = 0;
  eachRound((random, schema, draw, round) => {
    const required = schema.required as string[];
    if (required.length === 0) return;
    tried += 1;
    const args = draw();
    const name = random.pick(required);
    const without = Object.fromEntries(Object.entries(args).filter(([key]) => key !== name));
    const wrong = Object.fromEntries(
      Object.entries(args).map(([key, value]) => [key, key === name ? changed(value, random) : value]),
    );
    for (const [predicted, kinds] of [
      [wrong, ['wrong-value', 'wrong-type']],
      [without, ['missing']],
    ] as const) {
      const found = scores(schema, [call(args)], [call(predicted)]);
      expect(found, `round ${round}`).toMatchObject({ selection: true, args_exact: false, args_ast: false });
      expect(found.errors.map(({ parameter }) => parameter)).toEqual([name]);
      expect(kinds).toContain(found.errors[0]!.kind);
    }
  });
  expect(tried).toBeGreaterThan(ROUNDS / 2);
});

test('several calls are right in any order; with one dropped, doubled or changed they never are', () => {
  eachRound((random, schema, draw, round) => {
    const properties = { ...(schema.properties as Schema), id: { type: 'integer' } };
    const withId = { ...schema, properties, required: [...(schema.required as string[]), 'id'] };
    // An id of its own each: then none can stand for another.
    const calls = Array.from({ length: 2 + random.int(4) }, (_, id) => call({ ...draw(), id }));
    const message = `round ${round}`;
    expect(scores(withId, calls, random.shuffle(calls)), message).toEqual(ALL_RIGHT);
    const [first, ...rest] = random.shuffle(calls);
    const changes = [
      rest,
      [...rest, rest[0]!],
      [first!, first!, ...rest],
      [...rest, call({ ...first!.arguments, id: -1 })],
    ];
    for (const predicted of changes)
      expect(scores(withId, calls, predicted), message).toMatchObject({ args_exact: false, args_ast: false });
  });
});
