import type { Programs } from './install-servers.ts';
import type { WorkspaceParts } from './workspace-parts.ts';

/** A published server that the toolkit is tried on, unchanged. */
export interface RealServer {
  name: string;
  /** As its registry names it. */
  package: string;
  registry: 'npm' | 'PyPI';
  transport: 'stdio' | 'HTTP';
  /** What the user would write. */
  workspace(programs: Programs, page: string): WorkspaceParts;
}

const REPOSITORY = 'repository';

/** They need neither network nor credentials. */
export const REAL_SERVERS: readonly RealServer[] = [
  npm('filesystem', 'server-filesystem', (command) => ({
    server: { ...command, args: [...command.args, '.'], cwd: 'files' },
    settings: { sandbox: { filesystem: { copy: ['files'], restart: false } } },
  })),
  npm('memory', 'server-memory', (command) => ({
    server: { ...command, env: { MEMORY_FILE_PATH: `\${workspaceFolder}/memory.jsonl` } },
    settings: { sandbox: { memory: { copy: ['memory.jsonl'], restart: false } } },
  })),
  npm('everything', 'server-everything', (command) => ({
    server: command,
    settings: { sandbox: { everything: { restart: true } } },
  })),
  {
    name: 'everything-http',
    package: '@modelcontextprotocol/server-everything',
    registry: 'npm',
    transport: 'HTTP',
    workspace: (programs) => ({
      listens: {
        ...programs.npm('server-everything'),
        args: [...programs.npm('server-everything').args, 'streamableHttp'],
      },
      settings: { safe: ['everything-http.*'] },
    }),
  },
  npm('thinking', 'server-sequential-thinking', (command) => ({
    server: command,
    settings: { sandbox: { thinking: { restart: true } } },
  })),
  pypi('git', 'mcp-server-git', (command) => ({
    server: { ...command, args: ['--repository', REPOSITORY] },
    settings: {
      sandbox: { git: { copy: [REPOSITORY], restart: false } },
      synthesize: {
        values: {
          'git.*': { repo_path: [REPOSITORY], revision: ['HEAD', 'main', 'v1'], target: ['main', 'v1', 'draft'] },
          'git.git_checkout': { branch_name: ['main', 'draft'] },
          'git.git_branch': { branch_type: ['local', 'all'] },
          'git.git_add': { files: [['letters.md'], ['notes.md'], ['letters.md', 'notes.md']] },
        },
      },
    },
  })),
  pypi('time', 'mcp-server-time', (command) => ({ server: command, settings: { safe: ['time.*'] } })),
  pypi('sqlite', 'mcp-server-sqlite', (command) => ({
    server: { ...command, args: ['--db-path', 'shop.db'] },
    settings: {
      sandbox: { sqlite: { copy: ['shop.db'] } },
      synthesize: {
        values: {
          'sqlite.read_query': {
            query: ['SELECT name FROM products', 'SELECT city, count(*) FROM customers GROUP BY city'],
          },
          'sqlite.write_query': {
            query: ["UPDATE products SET price = 3 WHERE name = 'lamp'", 'DELETE FROM customers'],
          },
          'sqlite.create_table': {
            query: ['CREATE TABLE orders (id INTEGER, product TEXT)', 'CREATE TABLE notes (text TEXT)'],
          },
          'sqlite.describe_table': { table_name: ['products', 'customers'] },
        },
      },
    },
  })),
  pypi('fetch', 'mcp-server-fetch', (command, page) => ({
    server: { ...command, args: ['--ignore-robots-txt'] },
    settings: {
      safe: ['fetch.fetch'],
      synthesize: {
        values: { 'fetch.fetch': { url: ['letters', 'notes', 'maps'].map((name) => `${page}/${name}.html`) } },
      },
    },
  })),
  pypi('calculator', 'mcp-server-calculator', (command) => ({
    server: command,
    settings: {
      safe: ['calculator.*'],
      synthesize: {
        values: { 'calculator.calculate': { expression: ['2 + 3 * 4', 'sqrt(81)', '17 % 5', '(8 - 3) / 2'] } },
      },
    },
  })),
  pypi('text-editor', 'mcp-text-editor', (command) => ({
    server: command,
    settings: { sandbox: { 'text-editor': { copy: ['files'], restart: false } } },
  })),
];

type Command = { command: string; args: string[] };

function npm(name: string, program: string, parts: (command: Command) => WorkspaceParts): RealServer {
  const workspace = (programs: Programs) => parts(programs.npm(program));
  return { name, package: `@modelcontextprotocol/${program}`, registry: 'npm', transport: 'stdio', workspace };
}

function pypi(name: string, program: string, parts: (command: Command, page: string) => WorkspaceParts): RealServer {
  const workspace = (programs: Programs, page: string) => parts(programs.pypi(program), page);
  return { name, package: program, registry: 'PyPI', transport: 'stdio', workspace };
}
