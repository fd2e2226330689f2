import { objectsIn, textsIn } from '../../texts-in.ts';
import type { CheckedRequirement, FieldRequirement } from './requirement.ts';
import { jsonOf, type ToolOutput } from './tool-output.ts';

/**
 * Whether a program finds a requirement satisfied: in one of the tool outputs, not in what the model said of them.
 * - an item is listed where an output has it, not as a part of another word or file name;
 * - a field is shown where an output has its value for the item: as a member of a JSON object that names the item, or in lines of text about it. An output of
 *   a call whose arguments name the item is about it;
 * - a content is shown where an output has it, white space aside.
 */
export function isSatisfied(requirement: CheckedRequirement, outputs: readonly ToolOutput[]): boolean {
  if ('listed' in requirement) return outputs.some((output) => spokenIn(output).some(hasItem(requirement.listed)));
  if ('content' in requirement) {
    const content = plain(requirement.content);
    return outputs.some((output) => spokenIn(output).some((text) => plain(text).includes(content)));
  }
  return outputs.some((output) => showsField(requirement, output));
}

/** The output as it is, and the texts in it where it is JSON, in which they are escaped. */
function spokenIn(output: ToolOutput): string[] {
  return [output.text, ...textsIn(jsonOf(output))];
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** What makes a word longer; `…` stands where an output was cut. */
const LONGER_BEFORE = /[\p{L}\p{N}_.-]$/u;
const LONGER_AFTER = /^(?:[\p{L}\p{N}_…-]|\.[\p{L}\p{N}])/u;
/** Code units that these look at: a full stop and a letter. */
const LOOKED_AT = 3;

/** Items are as long as users and servers write them, which a pattern must not be. */
function hasItem(item: string): (text: string) => boolean {
  const word = item.trim();
  const isAlone = (text: string, start: number) =>
    !LONGER_BEFORE.test(text.slice(Math.max(0, start - LOOKED_AT), start)) &&
    !LONGER_AFTER.test(text.slice(start + word.length, start + word.length + LOOKED_AT));
  return (text) => {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (isAlone(text, at)) return true;
    return false;
  };
}

function showsField(requirement: FieldRequirement, output: ToolOutput): boolean {
  const isAsked = textsIn(output.arguments).some(hasItem(requirement.item));
  const json = jsonOf(output);
  if (json !== null && typeof json === 'object')
    return objectsIn(json).some((one) => (isAsked || names(one, requirement.item)) && hasMember(one, requirement));
  return textShows(requirement, output.text, isAsked);
}

function names(one: Record<string, unknown>, item: string): boolean {
  return Object.values(one).some((value) => typeof value !== 'object' && String(value) === item);
}

function hasMember(one: Record<string, unknown>, { field, value }: FieldRequirement): boolean {
  const member = Object.entries(one).find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
  if (member === undefined || member === null || member === '') return false;
  const values = Array.isArray(member) ? member : [member];
  return value === undefined ? values.length > 0 : values.some((each) => plain(String(each)) === plain(String(value)));
}

/** In the lines of a text up to a blank one that name the item; in all where the call asked for it. */
function textShows({ item, field, value }: FieldRequirement, text: string, isAsked: boolean): boolean {
  const isOfItem = hasItem(item);
  const isField = hasItem(field.toLowerCase());
  const isValue = value === undefined ? () => true : hasItem(String(value));
  const parts = isAsked ? [text] : text.split(/\n\s*\n/).filter((part) => isOfItem(part));
  return parts.some((part) =>
    part.split('\n').some((line) => {
      // A line of a table names the item in place of the field.
      const isAbout = isField(line.toLowerCase()) || (value !== undefined && isOfItem(line));
      return isAbout && isValue(line) && (value !== undefined || /[:=]\s*\S/.test(line));
    }),
  );
}
