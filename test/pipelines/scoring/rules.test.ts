import { expect, test } from 'vitest';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import type { PredictedCall } from '../../../pipelines/scoring/gold.ts';
import type { GoldAnswer } from '../../../pipelines/scoring/gold-answer.ts';
import { scoreCalls } from '../../../pipelines/scoring/score-call.ts';

/** Tools that the cases call. `old` is read as draft-07, in which `items` may be a list; in 2020-12 that is `prefixItems`. */
const SCHEMAS: Record<string, Record<string, unknown>> = {
  send: {
    type: 'object',
    properties: {
      to: { type: 'string' },
      copies: { type: 'integer' },
      weight: { type: 'number' },
      urgent: { type: 'boolean' },
      note: { type: ['string', 'null'] },
      tags: { type: 'array', items: { type: 'string' } },
      address: { type: 'object', properties: { city: { type: 'string' }, zip: { type: 'string' } } },
      parcels: { type: 'array', items: { $ref: '#/$defs/Parcel' } },
      mode: { enum: ['air', 'sea'] },
    },
    required: ['to'],
    $defs: { Parcel: { type: 'object', properties: { kind: { type: 'string' } } } },
  },
  list: { type: 'object', properties: { path: { type: 'string' } } },
  old: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    properties: { pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false } },
  },
  new: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false } },
  },
  mail: { properties: { to: { type: 'string', format: 'email' } } },
};

const send = (args?: object) => ({ name: 'send', arguments: args && { to: 'a', ...args } }) as PredictedCall;
const gold = (args: object = {}) => ({ name: 'send', arguments: { to: 'a', ...args } });
const oneOf = (possible: Record<string, unknown[]>) => ({ name: 'send', possible: { to: ['a'], ...possible } });
const call = (name: string, args?: unknown) => ({ name, arguments: args });
const list = (path: string) => ({ name: 'list', arguments: { path } });

interface Case {
  gold: GoldAnswer;
  /** Other answers that are accepted. */
  also?: GoldAnswer[];
  predicted: PredictedCall[];
  /** Which of the four hold: s(election), e(xact), a(st), v(alid). */
  right: string;
}

// Each name is the rule, and after the colon the reason for the outcome.
const CASES: Record<string, Case> = {
  'a right call: all hold': { gold: [gold()], predicted: [send({})], right: 'seav' },
  'selection: names are equal to the letter': { gold: [gold()], predicted: [call('Send', { to: 'a' })], right: '' },
  'selection: where it is false, arguments are too, although they are equal': {
    gold: [{ name: 'list', arguments: { path: 'x' } }],
    predicted: [call('send', { to: 'x' })],
    right: 'v',
  },
  'no call wanted, none made: right, and no call is always valid': { gold: [], predicted: [], right: 'seav' },
  'no call wanted, one made: irrelevance is right only without a call': {
    gold: [],
    predicted: [send({})],
    right: 'v',
  },
  'a call wanted, none made: wrong, but nothing invalid was written': { gold: [gold()], predicted: [], right: 'v' },
  'missing arguments: they count as {}': { gold: [{ name: 'list' }], predicted: [call('list')], right: 'seav' },
  'arguments that are no object: they fail': { gold: [{ name: 'list' }], predicted: [call('list', null)], right: 's' },
  'arguments as text: a string is no object': { gold: [{ name: 'list' }], predicted: [call('list', '{}')], right: 's' },

  'also_ok: another call is as right as the gold': {
    gold: [gold()],
    also: [[list('x')]],
    predicted: [list('x')],
    right: 'seav',
  },
  'also_ok: each score holds for itself, and the other call is the one that counts': {
    gold: [gold()],
    also: [[list('x')]],
    predicted: [list('y')],
    right: 'sv',
  },
  'also_ok: no call may be accepted too': { gold: [gold()], also: [[]], predicted: [], right: 'seav' },
  'also_ok: blurred by the one, exact by none': {
    gold: [gold({ mode: 'x' })],
    also: [[gold({ note: 'A b' })]],
    predicted: [send({ note: 'ab' })],
    right: 'sav',
  },

  'valid: it does not look at the gold': { gold: [gold()], predicted: [send({ copies: 7 })], right: 'sv' },
  'valid: the gold may break the schema, the prediction then does too': {
    gold: [gold({ copies: 1.5 })],
    predicted: [send({ copies: 1.5 })],
    right: 'sea',
  },
  'valid: `format` is not asserted': {
    gold: [{ name: 'mail', arguments: { to: 'nobody' } }],
    predicted: [call('mail', { to: 'nobody' })],
    right: 'seav',
  },
  'valid: draft-07 where `$schema` says so, whose `items` is a list': {
    gold: [{ name: 'old', arguments: { pair: ['a', 1, 2] } }],
    predicted: [call('old', { pair: ['a', 1, 2] })],
    right: 'sea',
  },
  'valid: 2020-12 else, whose `prefixItems` is one': {
    gold: [{ name: 'new', arguments: { pair: ['a', 1, 2] } }],
    predicted: [call('new', { pair: ['a', 1, 2] })],
    right: 'sea',
  },
  'valid: a list of the right length passes in both': {
    gold: [{ name: 'new', arguments: { pair: ['a', 1] } }],
    predicted: [call('new', { pair: ['a', 1] })],
    right: 'seav',
  },

  'exact: numbers by value, 5 is 5.0': {
    gold: [gold({ weight: 5 })],
    predicted: [JSON.parse('{"name":"send","arguments":{"to":"a","weight":5.0}}')],
    right: 'seav',
  },
  'exact: key order is free': {
    gold: [gold({ copies: 1, urgent: true })],
    predicted: [call('send', { urgent: true, copies: 1, to: 'a' })],
    right: 'seav',
  },
  'exact: array order is fixed': {
    gold: [gold({ tags: ['x', 'y'] })],
    predicted: [send({ tags: ['y', 'x'] })],
    right: 'sv',
  },
  'exact: true is not 1': { gold: [gold({ copies: 1 })], predicted: [send({ copies: true })], right: 's' },
  'exact: null is not missing': { gold: [gold({ note: null })], predicted: [send({})], right: 'sv' },
  'exact: null is null': { gold: [gold({ note: null })], predicted: [send({ note: null })], right: 'seav' },
  'exact: strings to the letter, AST without case and punctuation': {
    gold: [gold({ note: 'Data/Reports' })],
    predicted: [send({ note: 'data.reports' })],
    right: 'sav',
  },
  'exact: with `possible` one listed value will do': {
    gold: [oneOf({ copies: [1, 2] })],
    predicted: [send({ copies: 2 })],
    right: 'seav',
  },

  'ast 1: a required name is there, whatever the gold lets out': {
    gold: [{ name: 'send', possible: { to: ['', 'a'] } }],
    predicted: [call('send', {})],
    right: 'se',
  },
  'ast 1: a name that the gold lacks is one too many, although the schema has it': {
    gold: [gold()],
    predicted: [send({ urgent: false })],
    right: 'sv',
  },
  'ast 1: a name that the schema lacks is one too many, although the gold has it': {
    gold: [oneOf({ colour: ['red'] })],
    predicted: [send({ colour: 'red' })],
    right: 'sev',
  },
  'ast 2: a gold name may be absent with the marker': {
    gold: [oneOf({ copies: [1, ''] })],
    predicted: [send({})],
    right: 'seav',
  },
  'ast 2: without it not': { gold: [oneOf({ copies: [1] })], predicted: [send({})], right: 'sv' },
  'ast 3: integer and number are one type': {
    gold: [oneOf({ copies: [2] })],
    predicted: [send({ copies: 2 })],
    right: 'seav',
  },
  'ast 3: a text for a number has the wrong type': {
    gold: [oneOf({ copies: [2] })],
    predicted: [send({ copies: '2' })],
    right: 's',
  },
  'ast 3: a type that only a possible value has is compared to the letter': {
    gold: [oneOf({ copies: ['$N'] })],
    predicted: [send({ copies: '$n' })],
    right: 's',
  },
  'ast 3: and is right where it is equal': {
    gold: [oneOf({ copies: ['$N'] })],
    predicted: [send({ copies: '$N' })],
    right: 'sea',
  },
  'ast 3: the marker is the type of nothing': {
    gold: [oneOf({ copies: [''] })],
    predicted: [send({ copies: '' })],
    right: 'se',
  },
  'ast 4: the marker takes part as a string': {
    gold: [oneOf({ note: ['', 'x'] })],
    predicted: [send({ note: '.' })],
    right: 'sav',
  },
  'ast 4: quotes are one, other punctuation counts': {
    gold: [oneOf({ note: ["it's"] })],
    predicted: [send({ note: 'it"s' })],
    right: 'sav',
  },
  'ast 4: a colon is none of those left out': {
    gold: [oneOf({ note: ['a:b'] })],
    predicted: [send({ note: 'ab' })],
    right: 'sv',
  },
  'ast 5: string elements are blurred, each in its place': {
    gold: [gold({ tags: ['A b', 'c'] })],
    predicted: [send({ tags: ['ab', 'C'] })],
    right: 'sav',
  },
  'ast 5: an empty list matches the marker': {
    gold: [oneOf({ tags: ['', ['x']] })],
    predicted: [send({ tags: [] })],
    right: 'sav',
  },
  'ast 6: members hold lists of possible values': {
    gold: [oneOf({ address: [{ city: ['Rome', 'Roma'], zip: ['', '1'] }] })],
    predicted: [send({ address: { city: 'Roma' } })],
    right: 'seav',
  },
  'ast 6: an unknown member is one too many': {
    gold: [oneOf({ address: [{ city: ['Rome'] }] })],
    predicted: [send({ address: { city: 'Rome', zip: '1' } })],
    right: 'sv',
  },
  'ast 6: plain objects take that form, also in an array': {
    gold: [gold({ parcels: [{ kind: 'Box' }] })],
    predicted: [send({ parcels: [{ kind: 'box' }] })],
    right: 'sav',
  },
  'ast 7: enum plays no part, validity alone sees it': {
    gold: [gold({ mode: 'Rail' })],
    predicted: [send({ mode: 'rail' })],
    right: 'sa',
  },

  '<any>: any value of the right type': {
    gold: [gold({ note: '<any>' })],
    predicted: [send({ note: 'x' })],
    right: 'seav',
  },
  '<any>: not an empty one': { gold: [gold({ note: '<any>' })], predicted: [send({ note: '' })], right: 'sv' },
  '<any>: not one of another type': {
    gold: [gold({ copies: '<any>' })],
    predicted: [send({ copies: 'x' })],
    right: 's',
  },
  '<any>: not a missing one': { gold: [gold({ note: '<any>' })], predicted: [send({})], right: 'sv' },

  'parallel: the order is free': {
    gold: [list('a'), list('b'), gold()],
    predicted: [send({}), list('b'), list('a')],
    right: 'seav',
  },
  'parallel: one call short': { gold: [list('a'), list('b')], predicted: [list('a')], right: 'v' },
  'parallel: one call too many, although all wanted ones are there': {
    gold: [list('a')],
    predicted: [list('a'), list('b')],
    right: 'v',
  },
  'parallel: a call counts once, so the same twice is not two': {
    gold: [list('a'), list('b')],
    predicted: [list('a'), list('a')],
    right: 'sv',
  },
  'parallel: equal calls are wanted as often as they are listed': {
    gold: [list('a'), list('a')],
    predicted: [list('a'), list('a')],
    right: 'seav',
  },
  'parallel: other tools in the right number': {
    gold: [list('a'), gold()],
    predicted: [list('a'), list('b')],
    right: 'v',
  },
  'parallel: greedy, a gold that takes what only a later one could use leaves it without (as BFCL)': {
    gold: [{ name: 'list', possible: { path: ['a', 'b'] } }, list('a')],
    predicted: [list('a'), list('b')],
    right: 'sv',
  },
  'parallel: the same golds the other way round pass': {
    gold: [list('a'), { name: 'list', possible: { path: ['a', 'b'] } }],
    predicted: [list('a'), list('b')],
    right: 'seav',
  },
  'parallel: greedy for each score by itself, exact where AST is': {
    gold: [list('A'), list('a')],
    predicted: [list('a'), list('A')],
    right: 'seav',
  },
  'parallel: one invalid call makes the answer invalid': {
    gold: [list('a'), gold()],
    predicted: [list('a'), call('send', { to: 5 })],
    right: 's',
  },
  'parallel: also_ok may be another list': {
    gold: [list('a'), list('b')],
    also: [[list('a'), gold()]],
    predicted: [send({}), list('a')],
    right: 'seav',
  },
};

const validators = new SchemaValidators();

test.each(Object.entries(CASES))('%s', (_rule, { gold, also = [], predicted, right }) => {
  const schemaOf = (name: string) => SCHEMAS[name];
  const scores = scoreCalls({ gold, alsoOk: also, predicted, schemaOf }, validators);
  const found = { s: scores.selection, e: scores.args_exact, a: scores.args_ast, v: scores.schema_valid };
  const held = Object.entries(found).flatMap(([letter, holds]) => (holds ? [letter] : []));
  expect(held.join(''), scores.why).toBe(right);
  expect(scores.why === '').toBe(right === 'seav');
  expect(scores.errors.length > 0).toBe(scores.selection && !scores.args_ast);
});
