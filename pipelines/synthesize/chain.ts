import { type Random, seededRandom } from '../../core/random.ts';
import type { Message } from '../../core/trace.ts';
import { answerFor } from './answer.ts';
import type { Concept, ToolModel } from './concepts.ts';
import { isGivenUp } from './given-up.ts';
import { goodCall } from './good-call.ts';
import { harvest } from './harvest.ts';
import { FIRSTS, JOINTS, PLAIN_PRONOUNS, PRONOUNS, THENS } from './phrases/chains.ts';
import { vocabularyOf } from './render.ts';
import type { Arguments } from './sampling.ts';
import { isKey, type ServerState, valuesOf } from './state.ts';
import { traceId } from './trace-id.ts';
import { fillMarked } from './words/fill.ts';
import { buildTrace, countReject, type Made, toolMessage, type Workshop } from './workshop.ts';
import { frame } from './write-query.ts';

/** Two tools of a server of which the second can go on with what the first finds. */
interface Pair {
  first: ToolModel;
  then: ToolModel;
}

const ATTEMPTS = 80;
const MOST_FOUND = 3;

/** Which kinds of values a first call brings to light, and which second calls take exactly one, or several, of them. */
const TAKES: Readonly<Partial<Record<Concept, { one?: 'files' | 'names' | 'text'; many?: 'files' | 'names' }>>> = {
  view: { one: 'files' },
  info: { one: 'files' },
  move: { one: 'files' },
  edit: { one: 'files' },
  'view-many': { many: 'files' },
  write: { one: 'text' },
  open: { one: 'names', many: 'names' },
  'facts-new': { one: 'names' },
  'names-gone': { one: 'names' },
};
const BRINGS: Readonly<Partial<Record<Concept, 'files' | 'names' | 'text'>>> = {
  find: 'files',
  list: 'files',
  search: 'names',
  view: 'text',
};

/** All pairs of tools that can follow one another. */
export function chainPairs(models: readonly ToolModel[]): Pair[] {
  return models.flatMap((first) => {
    const brings = BRINGS[first.concept];
    if (brings === undefined) return [];
    const thens = models.filter((then) => then.tool.server === first.tool.server && fits(brings, then.concept));
    return thens.map((then) => ({ first, then }));
  });
}

function fits(brings: string, concept: Concept): boolean {
  const takes = TAKES[concept];
  return takes?.one === brings || takes?.many === brings;
}

/** A trace of two calls: the second uses a value out of the first's result. */
export async function makeChain(workshop: Workshop, pairs: readonly Pair[], index: number): Promise<Made> {
  const random = seededRandom(workshop.settings.seed, 'trace', 'chain', index);
  const rejects: Record<string, number> = {};
  const pair = pairs[index % pairs.length]!;
  const isOver = () => [pair.first, pair.then].some((model) => isGivenUp(workshop, model, rejects));
  for (let attempt = 0; attempt < ATTEMPTS && !isOver(); attempt++) {
    await workshop.sandbox.reset();
    const trace = await tryChain(workshop, pair, { random, index, rejects });
    if (trace) return { trace, rejects };
  }
  return { rejects };
}

interface Try {
  random: Random;
  index: number;
  rejects: Record<string, number>;
}

async function tryChain(
  workshop: Workshop,
  { first, then }: Pair,
  { random, index, rejects }: Try,
): Promise<Made['trace']> {
  const one = await goodCall(workshop, first, { random, rejects, plain: true });
  if (!one?.result.executed) return undefined;
  const state = workshop.states.get(first.tool.server)!;
  const found = foundIn(first, one.args, one.result.content, state);
  const narrowed = narrow(state, then, found);
  if (narrowed === undefined) {
    countReject(rejects, `chain ${first.tool.id} > ${then.tool.id}: nothing definite found`);
    return undefined;
  }
  const fixed = found.text === undefined ? {} : textArgument(then, found.text);
  const two = await goodCall(workshop, then, { random, rejects, plain: true, state: narrowed, fixed });
  if (!two?.result.executed || !usesFound(two.args, found)) return undefined;
  const { content } = two.result;
  const { query, family } = writeChain(random, { first, then }, one.args, two.args);
  if (workshop.isUsed(query)) return undefined;
  const messages: Message[] = [
    { role: 'user', content: query },
    { role: 'assistant', call: { tool: first.tool.id, arguments: one.args } },
    toolMessage(workshop, one.result),
    { role: 'assistant', call: { tool: then.tool.id, arguments: two.args } },
    toolMessage(workshop, two.result),
    { role: 'assistant', content: answerFor(random, then.concept, { args: two.args, content }) },
  ];
  return buildTrace(workshop, {
    id: traceId('chain', index),
    messages,
    kind: 'chain',
    difficulty: 'hard',
    family,
    executed: true,
  });
}

interface Found {
  files: string[];
  names: string[];
  text?: string;
}

/** The values in a first result that a second call can use. */
function foundIn(first: ToolModel, args: Arguments, content: string, state: ServerState): Found {
  if (first.concept === 'view') return { files: [], names: [], text: content };
  const folder = first.slots.find(({ kind }) => kind === 'folder');
  const isListing = first.concept === 'list' && folder !== undefined;
  const { files, folders, collections } = harvest(
    content,
    isListing ? String(args[folder.name]).replace(/^\.$/, '') : '',
  );
  const known = new Set(state.files);
  const names = collections.flatMap((collection) =>
    Object.keys(collection.rows[0] ?? {})
      .filter((key) => isNameField(state, collection.name, key))
      .flatMap((key) => valuesOf(collection, key)),
  );
  // With folders among what was found it is not clear which one is meant.
  return { files: isListing || folders.length === 0 ? files.filter((path) => known.has(path)) : [], names };
}

function isNameField(state: ServerState, name: string, key: string): boolean {
  const collection = state.collections.find((each) => each.name === name);
  return collection !== undefined && isKey(collection, key);
}

/** The server's state with nothing in it but what was found: the second call then cannot be about anything else. */
function narrow(state: ServerState, then: ToolModel, { files, names, text }: Found): ServerState | undefined {
  const takes = TAKES[then.concept];
  const need = takes?.one ?? takes?.many;
  if (need === 'text') return text !== undefined && isShort(text) ? state : undefined;
  const values = need === 'files' ? files : names;
  const isDefinite =
    values.length === 1
      ? takes?.one !== undefined
      : takes?.many !== undefined && values.length > 1 && values.length <= MOST_FOUND;
  if (!isDefinite) return undefined;
  if (need === 'files') return { ...state, files: values };
  const collections = state.collections.map((collection) => ({
    ...collection,
    rows: collection.rows.filter(
      (row) =>
        Object.values(row).some((value) => typeof value === 'string' && values.includes(value)) &&
        !('from' in row && 'to' in row),
    ),
  }));
  return { ...state, collections: collections.filter(({ rows }) => rows.length > 0) };
}

const LONGEST_COPY = 90;

function isShort(text: string): boolean {
  return text.trim().length > 0 && text.length <= LONGEST_COPY;
}

function textArgument(then: ToolModel, text: string): Arguments {
  const slot = then.slots.find(({ kind }) => kind === 'text');
  return slot === undefined ? {} : { [slot.name]: text };
}

/** Every value found is used, none left out. */
function usesFound(args: Arguments, { files, names, text }: Found): boolean {
  const json = JSON.stringify(args);
  return [...files, ...names, ...(text === undefined ? [] : [text])].every((value) =>
    json.includes(JSON.stringify(value)),
  );
}

function writeChain(
  random: Random,
  { first, then }: Pair,
  args: Arguments,
  next: Arguments,
): { query: string; family: string } {
  const [firsts, thens] = [FIRSTS[first.concept]!, THENS[then.concept]!];
  const [a, b] = [random.int(firsts.length), random.int(thens.length)];
  const pronouns = PRONOUNS[first.concept] ?? PLAIN_PRONOUNS;
  const words = { ...vocabularyOf(random, first, args) };
  const nextWords = {
    ...vocabularyOf(random, then, next),
    it: () => random.pick(pronouns.it),
    them: () => random.pick(pronouns.them),
    said: () => saidIn(next),
  };
  const marked = fillMarked(random, `${firsts[a]}`, words);
  const rest = fillMarked(random, thens[b]!, nextWords).text();
  const query = frame(random, marked, { added: random.pick(JOINTS) + rest });
  return { query, family: `chain/${first.tool.slug}/${then.tool.slug}/${a}-${b}` };
}

/** The new statements of a nested call, in quotes. */
function saidIn(args: Arguments): string {
  const texts =
    JSON.stringify(args)
      .match(/\[("[^"]*",?)+\]/g)
      ?.flatMap((list) => JSON.parse(list) as string[]) ?? [];
  return texts.map((text) => `"${text}"`).join(' and ');
}
