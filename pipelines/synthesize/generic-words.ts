import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import type { Row } from './harvest.ts';
import { VERB_SYNONYMS } from './phrases/generic.ts';
import { joined, type Vocabulary } from './render.ts';
import { firstSentence, wordsOf } from './tool-words.ts';

const LONGEST = 14;

/** The words for a tool of no known concept, out of its description and parameter names. */
export function genericWords(random: Random, model: ToolModel, args: Row): Vocabulary {
  const slots = model.slots.filter(({ name, required }) => required && name in args);
  const named = slots.map(({ name }) => ({ words: wordsOf(name).join(' '), value: valueText(random, args[name]) }));
  const joint = random.pick([' ', ' ', ' = ', ': ']);
  const pairs = named.map(({ words, value }) => `${words}${joint}${value}`);
  const does = whatItDoes(model);
  return {
    does: () => does,
    'does:other': () => otherWords(random, does),
    pairs: () => (joint === ' ' ? joined(random, pairs) : pairs.join(', ')),
    with: () =>
      named.length === 1 && random.chance(0.5)
        ? `for ${named[0]!.value}`
        : `with ${joined(
            random,
            named.map(({ words, value }) => `${words} ${value}`),
          )}`,
    values: () =>
      joined(
        random,
        named.map(({ value }) => value),
      ),
  };
}

/** "Returns the current time in a zone." → return the current time in a zone */
function whatItDoes({ tool }: ToolModel): string {
  const own = wordsOf(tool.name);
  const sentence = firstSentence(tool.description)
    .replace(/[.!?]$/, '')
    .split(/\s*[(;:]|, (?:which|using|with|and)\b/)[0]!
    .trim();
  const words = sentence.split(/\s+/);
  const verb = imperative((words[0] ?? '').toLowerCase());
  const isRequest = words.length > 1 && words.length <= LONGEST && (verb in VERB_SYNONYMS || own.includes(verb));
  return isRequest ? [verb, ...words.slice(1)].join(' ') : own.join(' ');
}

function imperative(word: string): string {
  const forms = [word, word.replace(/ies$/, 'y'), word.replace(/es$/, ''), word.replace(/s$/, '')];
  return forms.find((form) => form in VERB_SYNONYMS) ?? word;
}

function otherWords(random: Random, does: string): string {
  const [verb = '', ...rest] = does.split(' ');
  const others = VERB_SYNONYMS[verb];
  return [others === undefined ? verb : random.pick(others), ...rest].join(' ');
}

function valueText(random: Random, value: unknown): string {
  if (typeof value === 'string') return value.includes(' ') || random.chance(0.3) ? `"${value}"` : value;
  if (Array.isArray(value))
    return joined(
      random,
      value.map((item) => valueText(random, item)),
    );
  if (value === null || typeof value !== 'object') return String(value);
  return joined(
    random,
    Object.entries(value).map(([key, member]) => `${wordsOf(key).join(' ')} ${valueText(random, member)}`),
  );
}
