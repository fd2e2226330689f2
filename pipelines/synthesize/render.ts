import type { Random } from '../../core/random.ts';
import { labelOf, type ToolModel } from './concepts.ts';
import type { Row } from './harvest.ts';
import { renderGlob } from './render-glob.ts';
import type { Slot } from './slots.ts';

/** Makers of the words for a call's values, by the names that phrases use. */
export type Vocabulary = Record<string, () => string>;

type Quote = (value: string) => string;

const ROOT_WORDS = [
  'the top folder',
  'the root folder',
  'the main folder',
  'the top-level folder',
  'the current directory',
  'the root directory',
];

/** Words for the values of one call. One way of quoting is used throughout. */
export function vocabularyOf(random: Random, model: ToolModel, args: Row): Vocabulary {
  const mark = random.pick(['', '', '', '', '"', '"', '`', "'"]);
  const quote: Quote = (value) => (value.includes("'") && mark === "'" ? `"${value}"` : `${mark}${value}${mark}`);
  const slots = model.slots.filter(({ name, required }) => required && name in args);
  const words: Vocabulary = Object.assign(
    {},
    ...slots.map((slot) => wordsForSlot(random, quote, slot, args[slot.name])),
  );
  return { ...standIns(random, slots, args, words), ...words };
}

/** Words that phrases of the concept use and that a tool's own parameters do not give. */
function standIns(random: Random, slots: readonly Slot[], args: Row, { path, folder }: Vocabulary): Vocabulary {
  const isEdit = ['old-text', 'new-text'].every((kind) => slots.some((slot) => slot.kind === kind));
  return {
    // Without a folder, a search is one of everything.
    folder: path ?? (() => random.pick(ROOT_WORDS)),
    ...(folder && { path: folder, p: folder }),
    ...(isEdit && editWords(random, slots, [args])),
  };
}

/** The names of the words that a parameter gives. */
export function wordNames(random: Random, slot: Slot, value: unknown): string[] {
  if (slot.kind === 'old-text' || slot.kind === 'new-text') return ['edits:'];
  return Object.keys(wordsForSlot(random, String, slot, value));
}

function wordsForSlot(random: Random, quote: Quote, slot: Slot, value: unknown): Vocabulary {
  const label = labelOf(slot);
  const text = () => `"${String(value)}"`;
  switch (label) {
    case 'file':
    case 'new file':
    case 'path':
    case 'new path':
      return pathWords(random, quote, String(value), slot.kind === 'file');
    case 'folder':
    case 'new folder':
      return folderWords(random, quote, String(value));
    case 'files':
    case 'paths':
      return {
        files: () => joined(random, (value as string[]).map(quote)),
        'files:plain': () => (value as string[]).map(quote).join(', '),
      };
    case 'destination':
      return { dest: () => quote(String(value)) };
    case 'glob':
      return { matches: () => renderGlob(random, String(value), quote) };
    case 'text':
    case 'new-text':
    case 'old-text':
      return { [label]: text };
    case 'query':
      return { query: random.chance(0.4) || /^[a-z]/.test(String(value)) ? text : () => quote(String(value)) };
    case 'names':
      return nameWords(random, quote, value as string[]);
    case 'edits':
      return editWords(random, slot.members, value as Row[]);
    case 'records':
      return recordWords(random, quote, slot, value as Row[]);
    case 'links':
      return linkWords(random, quote, slot, value as Row[]);
    case 'facts':
      return factWords(random, quote, slot, value as Row[]);
    default:
      return {};
  }
}

function pathWords(random: Random, quote: Quote, path: string, isFile: boolean): Vocabulary {
  const q = quote(path);
  const noun = isFile || /\.\w{1,5}$/.test(path) ? 'file' : 'folder';
  // A bare word would not be taken for a folder.
  const bare = noun === 'folder' && !path.includes('/') ? `the folder ${q}` : q;
  const phrase = () => random.pick([bare, bare, `the ${noun} ${q}`]);
  return {
    f: () => q,
    p: () => bare,
    file: phrase,
    path: phrase,
    'file:of': () => (random.chance(0.5) ? `of ${q}` : q),
  };
}

function folderWords(random: Random, quote: Quote, path: string): Vocabulary {
  const q = quote(path);
  if (path === '.') return { d: () => random.pick(ROOT_WORDS), folder: () => random.pick(ROOT_WORDS) };
  return {
    d: () => q,
    folder: () => random.pick([q, q, `the folder ${q}`, `the directory ${q}`, `the ${q} folder`]),
    newfolder: () => random.pick([`the folder ${q}`, `a folder ${q}`, `the directory ${q}`, `a new directory ${q}`]),
  };
}

/** `a, b and c` */
export function joined(random: Random, items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  const last = items.length === 2 ? [' and '] : [' and ', ', and '];
  return `${items.slice(0, -1).join(', ')}${random.pick(last)}${items.at(-1)}`;
}

/** Nouns in the number of the values; the article of the singular with it. */
function nouns(count: number, table: Record<string, readonly [string, string]>): Vocabulary {
  return Object.fromEntries(Object.entries(table).map(([key, [one, many]]) => [key, () => (count === 1 ? one : many)]));
}

function nameWords(random: Random, quote: Quote, names: readonly string[]): Vocabulary {
  return {
    names: () => joined(random, names.map(quote)),
    ...nouns(names.length, {
      entry: ['entry', 'entries'],
      node: ['node', 'nodes'],
      record: ['record', 'records'],
      profile: ['profile', 'profiles'],
      name: ['name', 'names'],
      its: ['its', 'their'],
      is: ['is', 'are'],
      it: ['it', 'them'],
      'entity:the': ['the entity', 'the entities'],
    }),
  };
}

function editWords(random: Random, members: readonly Slot[], edits: readonly Row[]): Vocabulary {
  const [from, to] = ['old-text', 'new-text'].map((kind) => members.find((member) => member.kind === kind)!.name) as [
    string,
    string,
  ];
  const all = (word: string) => () =>
    joined(
      random,
      edits.map((edit) => `"${String(edit[from])}" ${word} "${String(edit[to])}"`),
    );
  return {
    'edits:to': all('to'),
    'edits:with': all('with'),
    'edits:for': all('for'),
    'edits:into': all('into'),
    'edits:arrow': all('->'),
    'edits:instead': () =>
      joined(
        random,
        edits.map((edit) => `"${String(edit[to])}" instead of "${String(edit[from])}"`),
      ),
  };
}

/** The values of a member of each kind. */
function member(slot: Slot, row: Row, kind: string, position = 0): unknown {
  const found = slot.members.filter((each) => each.kind === kind)[position];
  return found === undefined ? undefined : row[found.name];
}

function recordWords(random: Random, quote: Quote, slot: Slot, rows: readonly Row[]): Vocabulary {
  const parts = rows.map((row) => ({
    name: String(member(slot, row, 'name')),
    type: String(member(slot, row, 'type')),
    facts: (member(slot, row, 'statement') as string[]) ?? [],
  }));
  const styles = [
    (part: (typeof parts)[number]) =>
      `${quote(part.name)} (${part.type})${part.facts.length > 0 ? `: ${part.facts.join('; ')}` : ''}`,
    (part: (typeof parts)[number]) =>
      `${quote(part.name)}, ${/^[aeiou]/i.test(part.type) ? 'an' : 'a'} ${part.type}${part.facts.length > 0 ? ` - ${part.facts.join(', ')}` : ''}`,
    (part: (typeof parts)[number]) =>
      `${part.type} ${quote(part.name)}${part.facts.length > 0 ? `: ${part.facts.join('; ')}` : ''}`,
  ];
  const full = (part: (typeof parts)[number]) =>
    `the ${part.type} ${quote(part.name)}${
      part.facts.length > 0
        ? ` with the ${part.facts.length === 1 ? 'note' : 'notes'} ${joined(
            random,
            part.facts.map((fact) => `"${fact}"`),
          )}`
        : ''
    }`;
  return {
    records: () => parts.map(random.pick(styles.map((style) => style))).join(parts.length > 1 ? ' / ' : ''),
    'records:with': () => joined(random, parts.map(full)),
    ...nouns(parts.length, {
      entity: ['an entity', 'entities'],
      newentity: ['a new entity', 'new entities'],
      newentry: ['a new entry', 'new entries'],
      newnode: ['a new node', 'new nodes'],
      'which is': ['which is', 'which are'],
    }),
  };
}

/** `works_at` → works at; `part_of` → is part of. */
function spokenRelation(type: string): string {
  const words = type.replaceAll(/[_-]+/g, ' ');
  return /^(?:\w+ed|part|member|friend|child|parent|owner|born|made|known) (?:by|of|in|at|to|with|on|from)\b/.test(
    words,
  )
    ? `is ${words}`
    : words;
}

function linkWords(random: Random, quote: Quote, slot: Slot, rows: readonly Row[]): Vocabulary {
  const parts = rows.map((row) => ({
    from: quote(String(member(slot, row, 'name'))),
    to: quote(String(member(slot, row, 'name', 1))),
    type: String(member(slot, row, 'relation')),
  }));
  type Part = (typeof parts)[number];
  const spoken = ({ from, to, type }: Part) => `${from} ${spokenRelation(type)} ${to}`;
  const literal = ({ from, to, type }: Part) => `${from} ${type} ${to}`;
  const arrow = ({ from, to, type }: Part) => `${from} -> ${type} -> ${to}`;
  const ends = ({ from, to, type }: Part) => `from ${from} to ${to}, type ${type}`;
  const style = random.pick([spoken, literal, literal, arrow, ends]);
  const say = random.chance(0.6) ? spoken : literal;
  return {
    links: () => parts.map(style).join(parts.length > 1 ? '; ' : ''),
    'links:say': () => parts.map(say).join(' and '),
    ...nouns(rows.length, {
      relation: ['the relation', 'the relations'],
      newrelation: ['a relation', 'relations'],
      newlink: ['a link', 'links'],
      newedge: ['an edge', 'edges'],
      link: ['link', 'links'],
      tie: ['tie', 'ties'],
      edge: ['edge', 'edges'],
    }),
  };
}

function factWords(random: Random, quote: Quote, slot: Slot, rows: readonly Row[]): Vocabulary {
  const parts = rows.map((row) => ({
    name: quote(String(member(slot, row, 'name'))),
    facts: member(slot, row, 'statement') as string[],
  }));
  type Part = (typeof parts)[number];
  const marked = ({ facts }: Part) =>
    joined(
      random,
      facts.map((fact) => `"${fact}"`),
    );
  const list = random.pick([
    ({ name, facts }: Part) => `${name}: ${facts.join('; ')}`,
    (part: Part) => `on ${part.name} ${marked(part)}`,
    ({ name, facts }: Part) => `${name} - ${facts.join(', ')}`,
  ]);
  return {
    facts: () => parts.map(list).join(parts.length > 1 ? ' / ' : ''),
    'facts:say': () => parts.map(({ name, facts }) => `${name} ${joined(random, facts)}`).join('; '),
    'facts:to': () => parts.map((part) => `${marked(part)} to ${part.name}`).join(', '),
    'facts:from': () => parts.map((part) => `${marked(part)} from ${part.name}`).join(', '),
    ...nouns(parts.flatMap(({ facts }) => facts).length, {
      observation: ['the observation', 'the observations'],
      note: ['note', 'notes'],
      remark: ['remark', 'remarks'],
    }),
  };
}
