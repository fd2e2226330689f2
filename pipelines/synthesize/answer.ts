import type { Random } from '../../core/random.ts';
import type { Concept } from './concepts.ts';
import type { Row } from './harvest.ts';
import { ANSWERS, DRY_RUN_ANSWERS, OTHER_ANSWERS } from './phrases/answers.ts';

const LONGEST = 100;

/** The assistant's closing words after a call, made of its result. */
export function answerFor(random: Random, concept: Concept, { args, content }: { args: Row; content: string }): string {
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  return random
    .pick(isDryRun(args) ? DRY_RUN_ANSWERS : (ANSWERS[concept] ?? OTHER_ANSWERS))
    .replaceAll('{n}', () => String(lines.length))
    .replaceAll('{first}', () => firstWords(lines));
}

/** Whether a call asks for nothing but a preview. */
export function isDryRun(args: Row): boolean {
  return Object.entries(args).some(([name, value]) => value === true && /dry|preview|simulate/i.test(name));
}

function firstWords(lines: readonly string[]): string {
  const isJson = /^[[{]\s*$/.test(lines[0] ?? '');
  const text = lines
    .map((line) => line.trim())
    .join(isJson ? ' ' : ', ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(':, ', ': ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/\s\S*$/, '')} …`;
}
