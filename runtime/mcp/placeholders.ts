import { homedir } from 'node:os';
import { basename, sep } from 'node:path';

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** What placeholders stand for: `folder` is that of the servers file, `variables` the user's environment. */
export interface Surroundings {
  folder: string;
  variables: Readonly<Record<string, string | undefined>>;
}

/** What VS Code and Cursor put in place of a name. */
const VALUES: Readonly<Record<string, (folder: string) => string>> = {
  workspaceFolder: (folder) => folder,
  workspaceRoot: (folder) => folder,
  workspaceFolderBasename: (folder) => basename(folder),
  userHome: () => homedir(),
  pathSeparator: () => sep,
  '/': () => sep,
};

/** What may stand in a servers file, for messages. */
export const KNOWN_PLACEHOLDERS = [...Object.keys(VALUES), 'env:NAME'].map((name) => `\${${name}}`).join(', ');

/** The placeholders of a text that nothing stands for; a variable that is not set is one. */
export function unknownPlaceholders(text: string, surroundings: Surroundings): string[] {
  const found = [...text.matchAll(PLACEHOLDER)];
  return found
    .filter(([, name = '']) => meaningOf(name, surroundings) === undefined)
    .map(([placeholder]) => placeholder);
}

/** A text with what its placeholders mean in place of them; those that mean nothing stay. */
export function fillPlaceholders(text: string, surroundings: Surroundings): string {
  return text.replaceAll(PLACEHOLDER, (all, name: string) => meaningOf(name, surroundings) ?? all);
}

function meaningOf(name: string, { folder, variables }: Surroundings): string | undefined {
  if (name.startsWith('env:')) return variables[name.slice('env:'.length)];
  return Object.hasOwn(VALUES, name) ? VALUES[name]!(folder) : undefined;
}
