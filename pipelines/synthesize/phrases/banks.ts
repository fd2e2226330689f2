import type { Concept } from '../concepts.ts';
import type { PhraseBank } from './bank.ts';
import { COPY } from './banks/copy.ts';
import { DELETE_PATH } from './banks/delete-path.ts';
import { DUMP } from './banks/dump.ts';
import { EDIT } from './banks/edit.ts';
import { FACTS_GONE } from './banks/facts-gone.ts';
import { FACTS_NEW } from './banks/facts-new.ts';
import { FIND } from './banks/find.ts';
import { INFO } from './banks/info.ts';
import { LINKS_GONE } from './banks/links-gone.ts';
import { LINKS_NEW } from './banks/links-new.ts';
import { LIST } from './banks/list.ts';
import { MAKE_FOLDER } from './banks/make-folder.ts';
import { MOVE } from './banks/move.ts';
import { NAMES_GONE } from './banks/names-gone.ts';
import { OPEN } from './banks/open.ts';
import { RECORDS_NEW } from './banks/records-new.ts';
import { SCOPE } from './banks/scope.ts';
import { SEARCH } from './banks/search.ts';
import { SIZES } from './banks/sizes.ts';
import { TREE } from './banks/tree.ts';
import { VIEW } from './banks/view.ts';
import { VIEW_MANY } from './banks/view-many.ts';
import { WRITE } from './banks/write.ts';

/** The phrases by concept. Tools of other concepts are asked for in the words of their descriptions. */
export const BANKS: Readonly<Record<Exclude<Concept, 'generic'>, PhraseBank>> = {
  view: VIEW,
  'view-many': VIEW_MANY,
  write: WRITE,
  edit: EDIT,
  'make-folder': MAKE_FOLDER,
  list: LIST,
  sizes: SIZES,
  tree: TREE,
  move: MOVE,
  copy: COPY,
  'delete-path': DELETE_PATH,
  find: FIND,
  info: INFO,
  scope: SCOPE,
  'records-new': RECORDS_NEW,
  'links-new': LINKS_NEW,
  'facts-new': FACTS_NEW,
  'names-gone': NAMES_GONE,
  'facts-gone': FACTS_GONE,
  'links-gone': LINKS_GONE,
  dump: DUMP,
  search: SEARCH,
  open: OPEN,
};
