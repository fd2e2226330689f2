import type { Concept } from '../concepts.ts';

/** Requests that lead to a first call whose result the second needs. */
export const FIRSTS: Readonly<Partial<Record<Concept, readonly string[]>>> = {
  find: [
    'find {matches} in {folder}',
    'look for {matches} below {folder}',
    'search {folder} for {matches}',
    'locate {matches} somewhere in {folder}',
    'see where in {folder} {matches} can be found',
    'track down {matches} under {folder}',
  ],
  list: [
    'look into {folder}',
    'check what is in {folder}',
    'list {folder}',
    'look around in {folder}',
    'go through the entries of {folder}',
  ],
  search: [
    'look up {query} in memory',
    'search memory for {query}',
    'find what has to do with {query} in the graph',
    'see what memory says about {query}',
    'check the graph for {query}',
    'find the entry that mentions {query}',
  ],
  view: ['read {file}', 'look at {file}', 'open {file}', 'take the text of {f}', 'see what {f} says'],
};

/** What is then to be done with what turned up (`{it}`), by what the second tool does. */
export const THENS: Readonly<Partial<Record<Concept, readonly string[]>>> = {
  view: [
    'show me what {it} says',
    'print the text of {it}',
    'read {it} to me',
    'tell me what is written in {it}',
    'open {it}',
    'display the contents of {it}',
  ],
  'view-many': [
    'show me what {them} say',
    'print the text of {them}',
    'read {them} to me',
    'open {them} together',
    'display the contents of {them}',
    'give me the text of {them}',
  ],
  info: [
    'tell me how big {it} is',
    'tell me when {it} was changed last',
    'show me the metadata of {it}',
    'give me the size and dates of {it}',
    'check the permissions of {it}',
  ],
  move: ['move {it} to {dest}', 'rename {it} to {dest}', 'put {it} at {dest}', 'give {it} the new path {dest}'],
  edit: ['replace {edits:with} in {it}', 'change {edits:to} in {it}', 'make {it} say {edits:instead}'],
  write: [
    'save the same text as {f}',
    'put a copy of it into {f}',
    'write exactly that text to {f}',
    'store the same words under {f}',
  ],
  open: [
    'open the full {entry} that you found',
    'show me all details on what you found',
    'give me the complete {record} of what turns up',
    'pull up the {entry} with that {name}',
  ],
  'facts-new': [
    'add to what you found the note {said}',
    'note there that it {said}',
    'attach {said} to that entry',
    'put down {said} as something new about it',
  ],
  'names-gone': [
    'delete what you found from memory',
    'erase that entry from memory',
    'take that one out of the graph',
    'forget that entry altogether',
  ],
};

export const JOINTS = [' and ', ' and then ', ', then ', ', and after that '] as const;
/** For what a search or a listing brings to light: one thing, and several. */
export const PRONOUNS: Readonly<Partial<Record<Concept, { it: readonly string[]; them: readonly string[] }>>> = {
  find: {
    it: ['that file', 'the file that you find', 'the one that turns up', 'the match'],
    them: ['all of them', 'all matches', 'each one that turns up', 'the files that you find'],
  },
  list: {
    it: ['the only file there', 'the one file there', 'the single file in there'],
    them: ['all files there', 'the files that are there', 'each of the files there'],
  },
};
export const PLAIN_PRONOUNS = { it: ['it'], them: ['all of them'] } as const;
