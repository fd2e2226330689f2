import type { Program, ServerPackage } from './install-server.ts';
import type { WorkspaceParts } from './workspace-parts.ts';

/** A published server that the toolkit is tried on, unchanged. */
export interface RealServer extends ServerPackage {
  name: string;
  transport: 'stdio' | 'HTTP';
  /** What the user would write. @param page address of a page that can be fetched */
  workspace(program: Program, page: string): WorkspaceParts;
}

const REPOSITORY = 'repository';
const OFFICIAL = '2026.8.31';

/** They need neither network nor credentials. */
export const REAL_SERVERS: readonly RealServer[] = [
  official('filesystem', 'server-filesystem', (command) => ({
    server: { ...command, args: ['.'], cwd: 'files' },
    settings: { sandbox: { filesystem: { copy: ['files'], restart: false } } },
  })),
  official('memory', 'server-memory', (command) => ({
    server: { ...command, env: { MEMORY_FILE_PATH: `\${workspaceFolder}/memory.jsonl` } },
    settings: { sandbox: { memory: { copy: ['memory.jsonl'], restart: false } } },
  })),
  official('everything', 'server-everything', (command) => ({
    server: command,
    settings: { sandbox: { everything: { restart: true } }, synthesize: { values: everythingValues('everything') } },
  })),
  {
    ...official('everything-http', 'server-everything', (command) => ({
      listens: { ...command, args: ['streamableHttp'] },
      settings: { safe: ['everything-http.*'], synthesize: { values: everythingValues('everything-http') } },
    })),
    transport: 'HTTP',
  },
  official('thinking', 'server-sequential-thinking', (command) => ({
    server: command,
    settings: { sandbox: { thinking: { restart: true } } },
  })),
  {
    name: 'obsidian',
    package: 'obsidian-mcp',
    version: '2.0.1',
    program: 'obsidian-mcp',
    registry: 'npm',
    transport: 'stdio',
    workspace: (command) => ({
      server: { ...command, args: ['notes/vault'] },
      settings: {
        // Not `vault` alone: in a call that would be taken for the folder, and is the vault's id.
        sandbox: { obsidian: { copy: ['notes/vault'], restart: false } },
        synthesize: {
          values: {
            'obsidian.*': {
              vault: ['vault'],
              path: ['Harbour.md', 'Islands.md'],
              paths: [['Harbour.md'], ['Islands.md', 'Boats.md']],
              tags: [['sea'], ['port']],
            },
            'obsidian.obsidian_create_note': { path: ['Piers.md', 'Sails.md'] },
            'obsidian.obsidian_create_directory': { path: ['Sea', 'Land'] },
          },
        },
      },
    }),
  },
  pypi('git', '2026.10.19', (command) => ({
    server: { ...command, args: ['--repository', REPOSITORY] },
    settings: {
      sandbox: { git: { copy: [REPOSITORY], restart: false } },
      synthesize: {
        values: {
          'git.*': { repo_path: [REPOSITORY], revision: ['HEAD', 'main', 'v1'], target: ['main', 'v1', 'draft'] },
          'git.git_create_branch': { branch_name: ['islands', 'fix-notes', 'boats-2'], base_branch: ['main', 'v1'] },
          'git.git_checkout': { branch_name: ['main', 'draft'] },
          'git.git_branch': { branch_type: ['local', 'all'] },
          'git.git_add': { files: [['letters.md'], ['notes.md'], ['letters.md', 'notes.md']] },
        },
      },
    },
  })),
  pypi('time', '2026.10.19', (command) => ({ server: command, settings: { safe: ['time.*'] } })),
  {
    ...pypi('sqlite', '2025.4.25', (command) => ({
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
    besides: ['mcp<2'],
  },
  pypi('fetch', '2026.10.24', (command, page) => ({
    server: { ...command, args: ['--ignore-robots-txt', '--allow-private-ips'] },
    settings: {
      safe: ['fetch.fetch'],
      synthesize: {
        values: { 'fetch.fetch': { url: ['letters', 'notes', 'maps'].map((name) => `${page}/${name}.html`) } },
      },
    },
  })),
  pypi('calculator', '0.2.1', (command) => ({
    server: command,
    settings: {
      safe: ['calculator.*'],
      synthesize: {
        values: { 'calculator.calculate': { expression: ['2 + 3 * 4', 'sqrt(81)', '17 % 5', '(8 - 3) / 2'] } },
      },
    },
  })),
];

/** Without them one of its tools fetches from the network, and another sleeps for as long as it is told. */
function everythingValues(name: string) {
  return {
    [`${name}.gzip-file-as-resource`]: { data: ['data:text/plain,boats', 'data:text/plain,islands'] },
    [`${name}.trigger-long-running-operation`]: { duration: [0.1, 0.2], steps: [1, 2] },
  };
}

function official(name: string, program: string, workspace: RealServer['workspace']): RealServer {
  return {
    name,
    package: `@modelcontextprotocol/${program}`,
    version: OFFICIAL,
    program: `mcp-${program}`,
    registry: 'npm',
    transport: 'stdio',
    workspace,
  };
}

function pypi(name: string, version: string, workspace: RealServer['workspace']): RealServer {
  const program = `mcp-server-${name}`;
  return { name, package: program, version, program, registry: 'PyPI', transport: 'stdio', workspace };
}
