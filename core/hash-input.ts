import { messageOf, ToolkitError } from './errors.ts';
import { hashFile } from './hash.ts';

/**
 * The sha256 of a file that the user names. @param what it holds, for the message
 * @throws ToolkitError (input) where it cannot be read
 */
export function hashInput(path: string, what: string, help: { expected: string; todo?: string }): Promise<string> {
  return hashFile(path).catch((error: unknown) => {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot read the ${what}: ${messageOf(error)}`,
      where: path,
      ...help,
      cause: error,
    });
  });
}
