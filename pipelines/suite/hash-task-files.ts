import { hashJson } from '../../core/hash.ts';
import { hashInput } from '../../core/hash-input.ts';

/** The hash of task files, whatever their names. @param expected for the message where one cannot be read */
export async function hashTaskFiles(files: readonly string[], expected: string): Promise<Record<string, string>> {
  return { tasks: hashJson(await Promise.all(files.map((file) => hashInput(file, 'tasks', { expected })))) };
}
