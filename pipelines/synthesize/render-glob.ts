import type { Random } from '../../core/random.ts';

/** A glob pattern in words: as it is written, or for the plain forms by what it means. */
export function renderGlob(random: Random, pattern: string, quote: (value: string) => string): string {
  const literal = `${random.pick(['everything matching', 'all that matches', 'files that match', 'whatever matches'])} ${quote(pattern)}`;
  const spoken = spokenForms(pattern);
  return spoken.length > 0 && random.chance(0.5) ? random.pick(spoken) : literal;
}

function spokenForms(pattern: string): string[] {
  const extension = /^\*\*\/\*(\.\w+)$/.exec(pattern)?.[1];
  if (extension)
    return [
      `all ${extension} files`,
      `everything ending in ${extension}`,
      `files with the ending ${extension}`,
      `all documents of type ${extension}`,
    ];
  const word = /^\*\*\/\*([\w-]+)\*$/.exec(pattern)?.[1];
  if (word)
    return [
      `everything with "${word}" in its name`,
      `all files whose name contains "${word}"`,
      `documents with "${word}" in the name`,
    ];
  const [, part, ending] = /^\*\*\/\*([\w-]+)\*(\.\w+)$/.exec(pattern) ?? [];
  if (part && ending)
    return [
      `all ${ending} files with "${part}" in the name`,
      `everything ending in ${ending} that has "${part}" in its name`,
    ];
  const name = /^\*\*\/([\w.-]+)$/.exec(pattern)?.[1];
  return name && !name.includes('*') ? [`all files called ${name}`, `everything with the exact name ${name}`] : [];
}
