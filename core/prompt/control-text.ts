import type { AddedToken } from '../tokenizer.ts';
import { anyOf } from './any-of.ts';

/** Makes text that comes from servers and users harmless to the chat format, and back. */
export interface ControlText {
  /** Puts a zero-width space behind the first character of every control marker in all strings of a value, keys too. */
  neutralise<T>(value: T): T;
  /** Takes those zero-width spaces out again. */
  restore<T>(value: T): T;
  /** Of a text that grows, what `restore` takes as it will take it when there is more. */
  settled(text: string): string;
}

const ZERO_WIDTH_SPACE = '\u200b';

/**
 * Control markers are the tokenizer's special tokens, those of its other added tokens that the template writes, and the tags that the
 * template writes as plain text (`</tools>`). A zero-width space works in every context (JSON, plain text), stays invisible and, other
 * than an escape, does not depend on how the template encodes the text around it.
 */
export function controlText(template: string, added: readonly AddedToken[]): ControlText {
  const tokens = added
    .filter(({ content, special }) => special || template.includes(content))
    .map(({ content }) => content);
  const tags = template.match(/<[^<>\s'"{}]{1,40}>|\[\/?[A-Z_]{2,40}\]/g) ?? [];
  const markers = [...new Set([...tokens, ...tags])].filter((text) => text.trim().length > 2);
  const longest = Math.max(0, ...markers.map((text) => text.length));
  const split = (text: string) => text[0] + ZERO_WIDTH_SPACE + text.slice(1);
  return {
    neutralise: replacer(markers, split),
    settled: (text) => {
      const at = text.lastIndexOf(ZERO_WIDTH_SPACE);
      return at > 0 && text.length - at < longest ? text.slice(0, at - 1) : text;
    },
    restore: replacer(markers.map(split), (text) => text.replace(ZERO_WIDTH_SPACE, '')),
  };
}

function replacer(from: string[], to: (text: string) => string): <T>(value: T) => T {
  if (from.length === 0) return (value) => value;
  const pattern = new RegExp(anyOf(from), 'g');
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, to);
    if (Array.isArray(value)) return value.map(replace);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [replace(key), replace(member)]));
  };
  return (value) => replace(value) as never;
}
