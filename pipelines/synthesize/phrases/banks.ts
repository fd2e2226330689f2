import type { Concept } from '../concepts.ts';
import type { PhraseBank } from './bank.ts';
import * as changing from './changing.ts';
import * as forgetting from './forgetting.ts';
import * as looking from './looking.ts';
import * as remembering from './remembering.ts';

/** The phrases by concept. Tools of other concepts are asked for in the words of their descriptions. */
export const BANKS: Readonly<Record<Exclude<Concept, 'generic'>, PhraseBank>> = {
  view: looking.VIEW,
  'view-many': looking.VIEW_MANY,
  write: changing.WRITE,
  edit: changing.EDIT,
  'make-folder': changing.MAKE_FOLDER,
  list: looking.LIST,
  sizes: looking.SIZES,
  tree: looking.TREE,
  move: changing.MOVE,
  copy: changing.COPY,
  'delete-path': changing.DELETE_PATH,
  find: looking.FIND,
  info: looking.INFO,
  scope: looking.SCOPE,
  'records-new': remembering.RECORDS_NEW,
  'links-new': remembering.LINKS_NEW,
  'facts-new': remembering.FACTS_NEW,
  'names-gone': forgetting.NAMES_GONE,
  'facts-gone': forgetting.FACTS_GONE,
  'links-gone': forgetting.LINKS_GONE,
  dump: remembering.DUMP,
  search: remembering.SEARCH,
  open: remembering.OPEN,
};
