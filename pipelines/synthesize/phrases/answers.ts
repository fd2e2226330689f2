import type { Concept } from '../concepts.ts';

/** What the assistant says after a call. `{first}`: the result's first words; `{n}`: its number of lines. */
export const ANSWERS: Readonly<Partial<Record<Concept, readonly string[]>>> = {
  view: ['It says: {first}', 'Here is the text: {first}', 'This is what it contains: {first}'],
  'view-many': ['Here they are: {first}', 'This is what they say: {first}'],
  write: ['Done, the text is saved.', 'The file is written.', 'Saved.'],
  edit: ['The change is made.', 'Done, the text is corrected.', 'This is the difference: {first}'],
  'make-folder': ['The folder is there now.', 'Done, the folder exists.', 'The folder is ready.'],
  list: ['There are {n} entries: {first}', 'This is what I found: {first}', 'It holds: {first}'],
  sizes: ['Here are the sizes: {first}', 'These are the entries with their sizes: {first}'],
  tree: ['This is the structure: {first}', 'It is laid out like this: {first}'],
  move: ['It is moved.', 'Done, it has its new path.', 'That is done.'],
  find: ['I found {n}: {first}', 'These match: {first}'],
  info: ['Here are the details: {first}', 'This is what I can tell: {first}'],
  scope: ['I may work here: {first}', 'These are the places: {first}'],
  'records-new': ['It is in memory now.', 'Done, I will remember that.', 'Stored.'],
  'links-new': ['The connection is stored.', 'Done, I noted the connection.', 'Noted.'],
  'facts-new': ['Noted.', 'I added that.', 'Done, I will remember that.'],
  'names-gone': ['That is gone from memory.', 'Done, nothing of it is left.', 'Deleted.'],
  'facts-gone': ['That remark is gone.', 'Done, I took it out.', 'Removed.'],
  'links-gone': ['The connection is gone.', 'Done, they are no longer connected.', 'Removed.'],
  dump: ['This is all I have: {first}', 'Here is the whole memory: {first}'],
  search: ['This is what I found: {first}', 'Memory has this: {first}'],
  open: ['Here is the entry: {first}', 'This is what is stored: {first}'],
};

export const OTHER_ANSWERS = [
  'Done. {first}',
  'Here is the result: {first}',
  'This is what came back: {first}',
] as const;

/** Nothing was changed yet. */
export const DRY_RUN_ANSWERS = [
  'This is what would change: {first}',
  'Nothing is saved yet. The change would be: {first}',
] as const;
