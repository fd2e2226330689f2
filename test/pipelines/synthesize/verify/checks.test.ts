import { expect, test } from 'vitest';
import type { JsonSchema } from '../../../../core/tool.ts';
import type { Message, Trace } from '../../../../core/trace.ts';
import { SettingsSchema } from '../../../../pipelines/settings.ts';
import { modelOf } from '../../../../pipelines/synthesize/concepts.ts';
import { makeVerified } from '../../../../pipelines/synthesize/verify/make-verified.ts';
import { untoldInTrace, untoldValue } from '../../../../pipelines/synthesize/verify/untold-value.ts';
import { decisiveVerifySettings, VerifySchema } from '../../../../pipelines/synthesize/verify/verify-settings.ts';
import { whyUseless } from '../../../../pipelines/synthesize/verify/why-useless.ts';
import { makeTool } from '../../../fixtures/tools.ts';

const string = { type: 'string' };
const schema: JsonSchema = {
  type: 'object',
  properties: {
    path: string,
    sort: { $ref: '#/$defs/sort' },
    depth: { anyOf: [{ type: 'integer', default: 3 }, { type: 'null' }] },
    unit: { type: 'string', examples: ['metres'] },
    items: { type: 'array', items: { type: 'object', properties: { kind: { const: 'note' }, text: string } } },
    deep: { type: 'boolean' },
    repo: string,
  },
  $defs: { sort: { enum: ['name', 'size'] } },
};
const tool = makeTool('list_things', schema);
const model = modelOf(tool, {});
const untold = (args: Record<string, unknown>, before = 'List notes', values = {}) =>
  untoldValue(modelOf(tool, values), args, before);

test('a value is told by what was said, by the schema at its place, or by the only value that the user gives', () => {
  expect(untold({ path: 'notes', sort: 'size', depth: 3, unit: 'metres', deep: true })).toBeUndefined();
  expect(untold({ path: 'letters' })).toBe('letters');
  expect(untold({ path: 'size' })).toBe('size');
  expect(untold({ depth: 4 })).toBe('4');
  expect(untold({ items: [{ kind: 'note', text: 'list' }] })).toBeUndefined();
  expect(
    untold({
      items: [
        { kind: 'note', text: 'list' },
        { kind: 'note', text: 'other' },
      ],
    }),
  ).toBe('other');
  const given = (...repos: string[]) => ({ 'files.*': { repo: repos } });
  expect(untold({ repo: 'main' })).toBe('main');
  expect(untold({ repo: 'main' }, 'List it', given('main'))).toBeUndefined();
  expect(untold({ repo: 'main' }, 'List it', given('main', 'other'))).toBe('main');
});

const call = (path: string): Message => ({ role: 'assistant', call: { tool: tool.id, arguments: { path } } });
const provenance = { writer: 'w', kind: 'chain', difficulty: 'easy', family: 'f' } as const;
const trace = (...messages: Message[]): Trace => ({
  id: 't',
  messages,
  tools: [tool.id],
  provenance: { ...provenance, executed: true, seed: 1, catalogue: '' },
});

test('a later call may use what a result tells, also below a folder that was asked for; not the other way round', () => {
  const listing: Message = { role: 'tool', content: '[FILE] a.txt' };
  const user: Message = { role: 'user', content: 'What is in notes?' };
  expect(untoldInTrace([model], trace(user, call('notes'), listing, call('notes/a.txt')))).toBeUndefined();
  expect(untoldInTrace([model], trace(user, call('notes/a.txt'), listing))).toEqual({
    reason: 'files.list_things: a value that nothing tells',
    tell: 'the assistant would have to make up "notes/a.txt"',
  });
});

const usefulness = (verify: object, args: object, result: object) => {
  const settings = SettingsSchema.parse({ synthesize: { verify } });
  const changers = new Set([tool.id]);
  const own = modelOf({ ...tool, annotations: { readOnlyHint: false } }, {});
  return whyUseless({ settings, changers }, own, {
    args: { ...args },
    result: { executed: true, content: 'done', isError: false, ...result },
  });
};

test('an error, and a call without effect, are of no use, unless the settings say that it does not matter', () => {
  const error = { content: 'no such thing', isError: true };
  expect(usefulness({}, {}, error)).toMatch(/error: no such thing/);
  expect(usefulness({ execution: false }, {}, error)).toBeUndefined();
  expect(usefulness({}, {}, { changes: 'none' })).toBe('files.list_things: changed nothing');
  expect(usefulness({ state: false }, {}, { changes: 'none' })).toBeUndefined();
  for (const changes of ['data', 'housekeeping', undefined]) expect(usefulness({}, {}, { changes })).toBeUndefined();
  expect(usefulness({}, { dryRun: true }, { changes: 'none' })).toBeUndefined();
});

test('an error of a megabyte in one line is counted like any other', () => {
  // Its pattern would take minutes for all of it.
  const reason = usefulness({}, {}, { content: 'e'.repeat(1_000_000), isError: true });
  expect(reason).toBe(`files.list_things: error: ${'e'.repeat(60)}`);
});

test('a unit is made anew with the refused query counting as used, a few times, and each refusal is counted', async () => {
  const refusedQueries = new Set<string>();
  const make = async () => ({
    trace: trace({ role: 'user', content: `query ${refusedQueries.size}` }),
    rejects: { dull: 1 },
  });
  const check =
    (good: number) =>
    async ({ messages }: Trace) =>
      messages[0]!.content === `query ${good}` ? undefined : { reason: 'odd', tell: '' };
  expect(await makeVerified({ make, check: check(2), refusedQueries })).toMatchObject({
    trace: { messages: [{ content: 'query 2' }] },
    rejects: { dull: 1, odd: 2 },
  });
  expect(refusedQueries.size).toBe(0);
  expect(await makeVerified({ make, check: check(100), refusedQueries })).toEqual({ rejects: { dull: 1, odd: 8 } });
  expect(refusedQueries.size).toBe(0);
});

test('what decides about traces makes them stale, what it costs does not; money needs a price', () => {
  const reader = { baseUrl: 'http://127.0.0.1:1/v1', model: 'm' };
  const decisive = (verify: object) => decisiveVerifySettings(VerifySchema.parse(verify));
  expect(decisive({ reader: { ...reader, budget: { requests: 5 }, tries: 1 } })).toEqual(decisive({ reader }));
  expect(decisive({ reader: { ...reader, of: 'all' } })).not.toEqual(decisive({ reader }));
  expect(decisive({ judge: { ...reader, atLeast: 4 } })).not.toEqual(decisive({ judge: reader }));
  expect(VerifySchema.safeParse({ judge: { ...reader, budget: { money: 1 } } }).success).toBe(false);
});
