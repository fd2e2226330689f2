import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import { genericWords } from './generic-words.ts';
import type { Row } from './harvest.ts';
import { mentionsOf, type Told } from './mention.ts';
import type { PhraseBank } from './phrases/bank.ts';
import { BANKS } from './phrases/banks.ts';
import { CONTEXTS, FRAMES, LOOSE_START } from './phrases/frames.ts';
import { GENERIC, GENERIC_BARE } from './phrases/generic.ts';
import { vocabularyOf } from './render.ts';
import { toolWordsPattern } from './tool-words.ts';
import { beginsWithValue, type Filled, fillMarked } from './words/fill.ts';

export type Difficulty = 'easy' | 'medium' | 'hard';

/** One way of asking for a tool. */
export interface Family {
  id: string;
  difficulty: Difficulty;
  template: string;
}

/** All ways of asking for a tool. */
export function familiesOf(model: ToolModel): Family[] {
  const bank = bankOf(model);
  return (['easy', 'medium', 'hard'] as const).flatMap((difficulty) =>
    bank[difficulty].map((template, index) => ({
      id: `${model.tool.slug}/${difficulty}-${index}`,
      difficulty,
      template,
    })),
  );
}

function bankOf(model: ToolModel): PhraseBank {
  if (model.concept !== 'generic') return BANKS[model.concept];
  return model.slots.some(({ required }) => required) ? GENERIC : GENERIC_BARE;
}

/** Writes a call's query in the family's wording. */
export function writeQuery(random: Random, model: ToolModel, args: Row, family: Family): string {
  const words = model.concept === 'generic' ? genericWords(random, model, args) : vocabularyOf(random, model, args);
  const told = mentionsOf(random, model, args);
  const ofIndex = family.template.includes('{of}') ? told.findIndex(({ of }) => of.length > 0) : -1;
  const of = ofIndex < 0 || random.chance(0.2) ? '' : random.pick(told[ofIndex]!.of);
  const rest = of === '' ? told : told.filter((_, index) => index !== ofIndex);
  const filled = fillMarked(
    random,
    family.template.replaceAll('{of}', () => of),
    words,
  );
  const context = family.difficulty === 'hard' && random.chance(0.55) ? `${random.pick(CONTEXTS)} ` : '';
  return context + addOptions(random, filled, rest, context === '');
}

/** Optional parameters go inside a request, or follow as sentences; then the whole gets its frame. */
function addOptions(random: Random, filled: Filled, told: readonly Told[], opens: boolean): string {
  const isRequest = !/[.?]$/.test(filled.marked);
  const inline = isRequest && random.chance(0.5) ? told.filter((each) => each.inline.length > 0) : [];
  const after = told.filter((each) => !inline.includes(each));
  const sentence = frame(random, filled, {
    added: inline.map((each) => random.pick(each.inline)).join(''),
    opens,
    closes: after.length === 0,
  });
  const ended = after.length > 0 && !/[.?!]$/.test(sentence) ? `${sentence}.` : sentence;
  return [ended, ...after.map((each) => random.pick(each.after))].join(' ');
}

function kindOf(marked: string): keyof typeof FRAMES {
  if (marked.endsWith('?')) return 'question';
  if (marked.endsWith('.')) return 'statement';
  return LOOSE_START.test(marked) || beginsWithValue(marked) ? 'loose' : 'request';
}

export interface Framing {
  /** Goes inside, at the end. */
  added?: string;
  /** Whether nothing stands before, and after it. */
  opens?: boolean;
  closes?: boolean;
}

/** Puts a request, a question or a statement into a sentence. */
export function frame(
  random: Random,
  filled: Filled,
  { added = '', opens = true, closes = true }: Framing = {},
): string {
  const { plain, opening, closing } = FRAMES[kindOf(filled.marked)];
  const text = filled.text() + added;
  const big = beginsWithValue(filled.marked) && !/^the /.test(text) ? text : capital(text);
  const frames = [...plain, ...plain, ...(opens ? opening : []), ...(closes && random.chance(0.5) ? closing : [])];
  return random
    .pick(frames)
    .replace('{x}', () => text)
    .replace('{X}', () => big);
}

function capital(text: string): string {
  // A path or name at the start stays as it is.
  return /^[a-z]+[ ,:?!.']/.test(text) || /^[a-z]+$/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Whether a query uses words of the tool's name, its values aside. */
export function usesToolWords(model: ToolModel, query: string, args: Row): boolean {
  const values = textsIn(args).sort((a, b) => b.length - a.length);
  return toolWordsPattern(model.tool).test(values.reduce((rest, value) => rest.replaceAll(value, ' '), query));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length > 1 ? [value] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
