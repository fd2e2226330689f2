import type { Random } from '../../core/random.ts';
import { labelOf, type ToolModel } from './concepts.ts';
import { genericWords } from './generic-words.ts';
import { ASKING, GENERIC_LEFT_OUT, GENERIC_ONE_LEFT_OUT, LEFT_OUT, QUESTIONS, REPLIES } from './phrases/clarify.ts';
import { joined, vocabularyOf, wordNames } from './render.ts';
import type { Arguments } from './sampling.ts';
import type { Slot } from './slots.ts';
import { firstSentence, wordsOf } from './tool-words.ts';
import { fillMarked, fillTemplate } from './words/fill.ts';
import { frame } from './write-query.ts';

/** A query that leaves something out, the question back, and what the user says then. */
export interface Clarification {
  query: string;
  question: string;
  reply: string;
}

const LONGEST_DESCRIPTION = 80;

/** The ways of leaving something out of a query for a tool; none where it needs nothing that a query could tell. */
export function waysToLeaveOut({ concept, slots }: ToolModel): readonly string[] {
  const required = slots.filter((slot) => slot.required);
  if (required.length === 0) return [];
  if (concept !== 'generic') return LEFT_OUT[concept] ?? [];
  return required.length === 1 ? GENERIC_LEFT_OUT : [...GENERIC_LEFT_OUT, ...GENERIC_ONE_LEFT_OUT];
}

/** Puts a call into words over two turns. @param way one of `waysToLeaveOut` */
export function clarification(random: Random, model: ToolModel, args: Arguments, way: string): Clarification {
  return (model.concept === 'generic' ? genericClarification : knownClarification)(random, model, args, way);
}

function knownClarification(random: Random, model: ToolModel, args: Arguments, way: string): Clarification {
  const words = vocabularyOf(random, model, args);
  const missing = model.slots.filter(
    (slot) => slot.required && !wordNames(random, slot, args[slot.name]).some((name) => way.includes(`{${name}`)),
  );
  const questions = missing.map((slot) => random.pick(QUESTIONS[labelOf(slot)]!));
  const replies = missing.map((slot, index) => {
    const { alone, behind } = REPLIES[labelOf(slot)]!;
    return random.pick(index === 0 ? (missing.length === 1 ? alone : alone.slice(0, 1)) : behind);
  });
  return {
    query: frame(random, fillMarked(random, way, words)),
    question: asking(random, questions.join(', and ')),
    reply: fillTemplate(random, replies.join(', '), words),
  };
}

function genericClarification(random: Random, model: ToolModel, args: Arguments, way: string): Clarification {
  const required = model.slots.filter((slot) => slot.required);
  const missing = way.includes('{pairs}') ? [random.pick(required)] : required;
  const told = { ...model, slots: required.filter((slot) => !missing.includes(slot)) };
  const { does, ...verbs } = genericWords(random, told, args);
  const reply = genericWords(random, { ...model, slots: missing }, args);
  return {
    query: frame(random, fillMarked(random, way, { does: does!, ...verbs })),
    question: askGenerically(random, missing),
    reply: fillTemplate(
      random,
      random.pick(missing.length === 1 ? ['{values}', '{values}', '{pairs}'] : ['{pairs}']),
      reply,
    ),
  };
}

function askGenerically(random: Random, missing: readonly Slot[]): string {
  const names = missing.map(({ name }) => wordsOf(name).join(' '));
  const [only] = missing;
  const about = missing.length === 1 ? firstSentence(String(only!.schema.description ?? '')).replace(/\.$/, '') : '';
  if (about !== '' && about.length <= LONGEST_DESCRIPTION && random.chance(0.4))
    return `I still need the ${names[0]}: ${about.charAt(0).toLowerCase()}${about.slice(1)}.`;
  const which = joined(
    random,
    names.map((name) => `which ${name}`),
  );
  const what = `what ${names.length === 1 ? 'is' : 'are'} ${joined(
    random,
    names.map((name) => `the ${name}`),
  )}`;
  return asking(random, random.pick([`${which} do you mean`, what, `${which} should I use`]));
}

function asking(random: Random, question: string): string {
  const capital = question.charAt(0).toUpperCase() + question.slice(1);
  return random
    .pick(ASKING)
    .replace('{q}', () => question)
    .replace('{Q}', () => capital);
}
