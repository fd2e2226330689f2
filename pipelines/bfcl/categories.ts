/** What is right in a category: one call, several, none, or any call at all. */
export type Wanted = 'one' | 'several' | 'none' | 'any';

interface CategoryAbout {
  wanted: Wanted;
  /** Its file's name between `BFCL_v4_` and `.json`, where it is another. */
  file?: string;
}

/** Those of one turn with Python-like functions. Answers of `simple_java` and `simple_javascript` are in those languages. */
const ABOUT = {
  simple: { wanted: 'one', file: 'simple_python' },
  multiple: { wanted: 'one' },
  parallel: { wanted: 'several' },
  parallel_multiple: { wanted: 'several' },
  irrelevance: { wanted: 'none' },
  live_simple: { wanted: 'one' },
  live_multiple: { wanted: 'one' },
  live_parallel: { wanted: 'several' },
  live_parallel_multiple: { wanted: 'several' },
  live_irrelevance: { wanted: 'none' },
  live_relevance: { wanted: 'any' },
} as const satisfies Record<string, CategoryAbout>;
export type Category = keyof typeof ABOUT;

export const CATEGORIES = Object.keys(ABOUT) as Category[];

/** What is right in a category. */
export function wantedIn(category: Category): Wanted {
  return ABOUT[category].wanted;
}

/** Names that the category's file may have; `simple` was called so until v3. */
export function fileNames(category: Category): string[] {
  const about: CategoryAbout = ABOUT[category];
  return about.file === undefined ? [category] : [about.file, category];
}

/** What BFCL makes one figure of: the mean of the categories' accuracies, or of their questions'. */
export const GROUPS = {
  non_live: { of: ['simple', 'multiple', 'parallel', 'parallel_multiple'], mean: 'categories' },
  live: { of: ['live_simple', 'live_multiple', 'live_parallel', 'live_parallel_multiple'], mean: 'questions' },
  irrelevance: { of: ['irrelevance', 'live_irrelevance'], mean: 'categories' },
} as const satisfies Record<string, { of: readonly Category[]; mean: 'categories' | 'questions' }>;
export type Group = keyof typeof GROUPS;
