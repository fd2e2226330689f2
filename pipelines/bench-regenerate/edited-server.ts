import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { PROJECT_ROOT } from '../../core/project.ts';

/** A published MCP server whose source can be edited, as its authors do it for a next version. */
export interface EditedServer {
  /** The program to start. */
  program: string;
  /** Puts one text in the place of another, which has to stand there once. @throws ToolkitError (failed) where it does not */
  edit(from: string, to: string): Promise<void>;
}

/** A copy of the file system server. @param folder where it is put; what is there goes */
export async function editedServer(folder: string): Promise<EditedServer> {
  const server = await realpath(join(PROJECT_ROOT, 'node_modules', '@modelcontextprotocol', 'server-filesystem'));
  await rm(folder, { recursive: true, force: true });
  let place = folder;
  for (const modules of modulesAbove(server)) {
    place = join(place, 'in');
    await mkdir(place, { recursive: true });
    await symlink(modules, join(place, 'node_modules'));
  }
  for (const part of ['dist', 'package.json']) await cp(join(server, part), join(place, part), { recursive: true });
  const program = join(place, 'dist', 'index.js');
  return { program, edit: (from, to) => editFile(program, from, to) };
}

/** The folders where Node looks for what a package imports, the farthest first: the copy lies below links to all of them. */
function modulesAbove(place: string): string[] {
  const above = dirname(place);
  if (above === place) return [];
  const own = join(above, 'node_modules');
  return [...modulesAbove(above), ...(existsSync(own) ? [own] : [])];
}

async function editFile(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const count = text.split(from).length - 1;
  if (count === 1)
    return writeFile(
      path,
      text.replace(from, () => to),
    );
  throw new ToolkitError({
    kind: 'failed',
    what: 'the server is another version than the bench was made for',
    where: path,
    expected: `once: ${from}`,
    found: `${count} times`,
  });
}
