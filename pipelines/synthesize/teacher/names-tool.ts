import type { Tool } from '../../../core/tool.ts';
import { valuesIn } from '../../telling/told-values.ts';
import { wordsOf } from '../tool-words.ts';

/**
 * Whether a query names a tool as only somebody does who knows its name: `read_text_file`, `readTextFile`. With `spoken`, also by the same words
 * in the same order. The values of the call do not count. A name of one word is a word like others, unless `spoken`.
 */
export function namesTool(
  query: string,
  { name, promptName }: Tool,
  { args, spoken }: { args: unknown; spoken: boolean },
): boolean {
  const values = valuesIn(args)
    .filter((value) => value.length > 1)
    .sort((a, b) => b.length - a.length);
  const rest = values.reduce((text, value) => text.replaceAll(value, ' '), query);
  return [name, promptName].some((each) => namePattern(each, spoken)?.test(rest));
}

function namePattern(name: string, spoken: boolean): RegExp | undefined {
  const words = wordsOf(name);
  if (words.length === 0 || (words.length === 1 && !spoken)) return undefined;
  return new RegExp(`(?<![a-z0-9])${words.join(spoken ? '[\\s_.-]*' : '[_.-]?')}(?![a-z0-9])`, 'i');
}
