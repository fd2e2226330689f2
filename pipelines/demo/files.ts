import type { Random } from '../../core/random.ts';
import { inventFileName, inventPerson, inventPhrase, inventSentence, inventStem } from '../synthesize/words/invent.ts';
import { CITIES, NOUNS, TOPICS } from '../synthesize/words/lists.ts';

export interface DemoFile {
  path: string;
  content: string;
  /** Days after the start of 2025 of its last change. */
  day: number;
}

const FOLDERS = 40;
const FILES = 150;
const EXTENSIONS = ['txt', 'txt', 'md', 'md', 'md', 'csv', 'json', 'yaml', 'log', 'ini', 'html'];
const TOP = [
  'projects',
  'notes',
  'finance',
  'travel',
  'recipes',
  'clients',
  'school',
  'garden',
  'music',
  'office',
  'archive',
  'family',
];

/** A tree of folders and small files with varied names and contents. */
export function demoFiles(random: Random): { folders: string[]; files: DemoFile[] } {
  const folders = new Set<string>(TOP);
  while (folders.size < FOLDERS) {
    const parent = random.pick([...folders].filter((path) => path.split('/').length < 3));
    folders.add(
      `${parent}/${random.pick([random.pick(NOUNS), random.pick(TOPICS), String(2021 + random.int(6)), inventStem(random)])}`,
    );
  }
  const places = ['.', ...folders, ...folders, ...folders];
  const files = new Map<string, DemoFile>();
  while (files.size < FILES) {
    const place = random.pick(places);
    const name = random.chance(0.3)
      ? `${random.pick(random.chance(0.5) ? NOUNS : TOPICS)}.${random.pick(EXTENSIONS)}`
      : inventFileName(random, random.pick(EXTENSIONS));
    const path = place === '.' ? name : `${place}/${name}`;
    if (!folders.has(path)) files.set(path, { path, content: contentOf(random, name), day: random.int(500) });
  }
  return { folders: [...folders], files: [...files.values()] };
}

function contentOf(random: Random, name: string): string {
  const [stem = '', extension = ''] = name.split('.');
  const title = stem.replaceAll(/[-_]/g, ' ');
  const lines = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const rows = 2 + random.int(4);
  switch (extension) {
    case 'md':
      return [`# ${title}`, '', ...lines(rows, () => `- ${inventSentence(random)}`), ''].join('\n');
    case 'csv':
      return [
        'name,city,amount',
        ...lines(rows, () => `${inventPerson(random)},${random.pick(CITIES)},${random.int(900)}`),
        '',
      ].join('\n');
    case 'json':
      return `${JSON.stringify({ title, owner: inventPerson(random), items: lines(2, () => random.pick(NOUNS)), count: random.int(90) }, null, 2)}\n`;
    case 'yaml':
      return [
        `title: ${title}`,
        `owner: ${inventPerson(random)}`,
        `place: ${random.pick(CITIES)}`,
        `size: ${random.int(90)}`,
        '',
      ].join('\n');
    case 'ini':
      return [
        `[${random.pick(TOPICS)}]`,
        `user = ${inventPerson(random)}`,
        `limit = ${random.int(400)}`,
        `color = ${inventPhrase(random)}`,
        '',
      ].join('\n');
    case 'log':
      return lines(
        rows + 2,
        (_ = 0) => `${random.pick(['INFO', 'WARN', 'ERROR'])} ${random.pick(TOPICS)}: ${inventPhrase(random)}`,
      )
        .concat('')
        .join('\n');
    case 'html':
      return `<h1>${title}</h1>\n<p>${inventSentence(random)}</p>\n<p>${inventSentence(random)}</p>\n`;
    default:
      return [...lines(rows, () => inventSentence(random)), ''].join('\n');
  }
}
