import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** An absolute path without links, whether what it names is there yet or not. */
export function realPlace(path: string): string {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return join(realpathSync(there), relative(there, path));
}
