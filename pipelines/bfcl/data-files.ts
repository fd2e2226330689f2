import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { CATEGORIES, type Category, fileNames, wantedIn } from './categories.ts';

/** The files of a category, absolute. */
export interface CategoryFiles {
  category: Category;
  questions: string;
  /** Absent where no call has to be given. */
  answers?: string;
}

const NAME = /^BFCL_v(\d+)_(.+)\.json$/;
const ANSWERS = 'possible_answer';

/**
 * The files of BFCL in a folder, by category, of the newest version that is there (`BFCL_v4_simple_python.json`, `BFCL_v3_simple.json`).
 * @param wanted absent: all categories that the folder has
 * @throws ToolkitError (input) where the folder has none, lacks one that is wanted, or has no answers to one
 */
export async function dataFiles(folder: string, wanted?: readonly Category[]): Promise<CategoryFiles[]> {
  const [questions, answers] = [await newest(folder), await newest(join(folder, ANSWERS)).catch(() => new Map())];
  const found = CATEGORIES.flatMap((category): CategoryFiles[] => {
    const path = fileNames(category).find((name) => questions.has(name));
    if (path === undefined || !(wanted ?? CATEGORIES).includes(category)) return [];
    const answer: string | undefined = answers.get(path);
    if (wantedIn(category) === 'none' || wantedIn(category) === 'any')
      return [{ category, questions: questions.get(path)! }];
    if (answer === undefined) throw lacking(join(folder, ANSWERS), `the possible answers of ${category}`);
    return [{ category, questions: questions.get(path)!, answers: answer }];
  });
  const missing = wanted?.find((category) => !found.some((one) => one.category === category));
  if (missing !== undefined) throw lacking(folder, `the questions of ${missing}`);
  if (found.length === 0) throw lacking(folder, 'questions of BFCL');
  return found;
}

/** Paths by the names between version and ending. */
async function newest(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw lacking(folder, `questions of BFCL: ${messageOf(error)}`);
  });
  const versions = names.flatMap((file) => {
    const [, version, name] = NAME.exec(file) ?? [];
    return name === undefined ? [] : [{ version: Number(version), name, path: join(folder, file) }];
  });
  return new Map(versions.sort((a, b) => a.version - b.version).map(({ name, path }) => [name, path]));
}

function lacking(folder: string, what: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `there are no ${what.replace(/^the /, '')}`,
    where: folder,
    expected: 'BFCL_v4_multiple.json and the like (or v3), and possible_answer/ with files of the same names',
    todo: 'leave --data out to have them fetched, or give the folder `bfcl_eval/data` of the Python package bfcl-eval',
  });
}
