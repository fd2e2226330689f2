import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import type { Row } from './harvest.ts';
import { MENTIONS } from './phrases/mentions.ts';
import { joined } from './render.ts';
import { wordsOf } from './tool-words.ts';

/** The forms in which one optional parameter can be told. */
export interface Told {
  of: readonly string[];
  inline: readonly string[];
  after: readonly string[];
}

/** Words for the optional parameters of a call, in the order of the schema. */
export function mentionsOf(random: Random, model: ToolModel, args: Row): Told[] {
  return model.slots
    .filter(({ required, name }) => !required && name in args)
    .map(({ name }) => tell(random, name, args[name]));
}

function tell(random: Random, name: string, value: unknown): Told {
  const row = MENTIONS.find((mention) => mention.name.test(name) && (!('value' in mention) || mention.value === value));
  const text = Array.isArray(value) ? joined(random, value.map(String)) : String(value);
  const fill = (forms: readonly string[] = []) => forms.map((form) => form.replaceAll('{v}', () => text));
  if (row) return { of: fill(row.of), inline: fill(row.inline), after: fill(row.after) };
  const words = wordsOf(name).join(' ');
  if (typeof value === 'boolean') {
    const word = value ? 'with' : 'without';
    return { of: [], inline: [`, ${word} ${words}`], after: [`${value ? 'With' : 'Without'} ${words}.`] };
  }
  return {
    of: [],
    inline: [`, with ${words} ${text}`, ` (${words}: ${text})`],
    after: [`Use ${text} as the ${words}.`, `The ${words} is ${text}.`],
  };
}
