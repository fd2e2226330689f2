import type { EditedServer } from './edited-server.ts';

/** What happens to the server's tools, and what that is to make again. */
export interface Change {
  /** Names the row. */
  name: string;
  /** In words. */
  about: string;
  edit(server: EditedServer): Promise<void>;
  trained: string[];
  /** The adapter that goes on under another name: the new name, and the old one. */
  adopted?: { now: string; before: string };
  /** Of the time of a full build, at most. */
  target: number;
}

/** It sees all tools. */
const OF_ALL = ['selector'];
const OWN = 'arguments-filesystem-';

/** In their order, on one workspace. */
export const CHANGES: readonly Change[] = [
  {
    name: 'white-space',
    about: 'a description is laid out anew',
    edit: (server) =>
      server.edit('"Move or rename files and directories. Can', '"Move or rename files\\n  and directories.  Can'),
    trained: [],
    target: 0.1,
  },
  {
    name: 'one-tool',
    about: 'the description of one tool is changed',
    edit: (server) =>
      server.edit(
        '"Move or rename files\\n  and directories.',
        '"Gives a file or folder another place or another name.',
      ),
    trained: [`${OWN}move_file`, ...OF_ALL].sort(),
    target: 0.3,
  },
  {
    name: 'rename',
    about: 'one tool has another name and nothing else',
    edit: (server) => server.edit('registerTool("create_directory"', 'registerTool("make_folder"'),
    trained: OF_ALL,
    adopted: { now: `${OWN}make_folder`, before: `${OWN}create_directory` },
    target: 0.3,
  },
];
