import type { Concept } from '../concepts.ts';
import type { PhraseBank } from './bank.ts';
import * as files from './files.ts';
import * as graph from './graph.ts';

/** The phrases by concept. Tools of other concepts are asked for in the words of their descriptions. */
export const BANKS: Readonly<Record<Exclude<Concept, 'generic'>, PhraseBank>> = {
  view: files.VIEW,
  'view-many': files.VIEW_MANY,
  write: files.WRITE,
  edit: files.EDIT,
  'make-folder': files.MAKE_FOLDER,
  list: files.LIST,
  sizes: files.SIZES,
  tree: files.TREE,
  move: files.MOVE,
  copy: files.COPY,
  'delete-path': files.DELETE_PATH,
  find: files.FIND,
  info: files.INFO,
  scope: files.SCOPE,
  'records-new': graph.RECORDS_NEW,
  'links-new': graph.LINKS_NEW,
  'facts-new': graph.FACTS_NEW,
  'names-gone': graph.NAMES_GONE,
  'facts-gone': graph.FACTS_GONE,
  'links-gone': graph.LINKS_GONE,
  dump: graph.DUMP,
  search: graph.SEARCH,
  open: graph.OPEN,
};
