import type { Tool } from '../../core/tool.ts';

/** `readTextFile`, `read_text-file` → read, text, file. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text.trim())?.[0] ?? text.trim();
}

const PASSED_OVER = new Set([
  'a',
  'an',
  'the',
  'of',
  'to',
  'in',
  'with',
  'and',
  'or',
  'by',
  'for',
  'from',
  'on',
  'all',
]);

/** Matches any of the words of a tool's name, in any of their forms. */
export function toolWordsPattern(tool: Tool): RegExp {
  const forms = wordsOf(tool.name)
    .filter((word) => !PASSED_OVER.has(word))
    .map(stemOf)
    .map((stem) => {
      if (stem.endsWith('y')) return `${stem.slice(0, -1)}(?:y|ies|ied|ying)`;
      return stem.endsWith('e') ? `${stem.slice(0, -1)}(?:e|es|ed|ing|ion)` : `${stem}(?:s|es|ed|ing)?`;
    });
  return new RegExp(`\\b(?:${forms.join('|')})\\b`, 'i');
}

/** entities → entity, directories → directory, names → name. */
export function stemOf(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|ss|x)es$/, '$1')
    .replace(/([^s])s$/, '$1');
}
