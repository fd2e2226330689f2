import type { Settings } from '../settings.ts';

/** The demo with one thing changed. */
export interface Variant {
  /** Names it, and its folder. */
  name: string;
  /** What is different, in words. */
  about: string;
  /** Ids of the tools that take part; absent: those of the demo. */
  tools?: readonly string[];
  tracesPerTool?: number;
  /** Overrides of all recipes. */
  set?: readonly string[];
}

/** Traces a tool of all variants but the demo itself and those about data: half, so that a row takes a few minutes. */
const TRACES = 24;
const filesystem = (...names: string[]) => names.map((name) => `filesystem.${name}`);
const memory = (...names: string[]) => names.map((name) => `memory.${name}`);

const FEW = [...filesystem('read_text_file', 'write_file', 'move_file'), ...memory('create_entities', 'read_graph')];
const ALL = [
  ...filesystem(
    ...['read_text_file', 'read_multiple_files', 'write_file', 'edit_file', 'create_directory', 'list_directory'],
    ...['list_directory_with_sizes', 'directory_tree', 'move_file', 'search_files', 'get_file_info'],
    'list_allowed_directories',
  ),
  ...memory(
    ...['create_entities', 'create_relations', 'add_observations', 'delete_entities', 'delete_observations'],
    ...['delete_relations', 'read_graph', 'search_nodes', 'open_nodes'],
  ),
];
/** Arguments of a few tokens. */
const SHORT = [
  ...filesystem('read_text_file', 'list_directory', 'directory_tree', 'create_directory', 'get_file_info'),
  ...memory('search_nodes', 'open_nodes', 'read_graph'),
];
/** Arguments of several dozen tokens: texts, edits, lists of objects. */
const LONG = [
  ...filesystem('write_file', 'edit_file', 'read_multiple_files'),
  ...memory('create_entities', 'create_relations', 'add_observations', 'delete_observations', 'read_graph'),
];

/** One row of the table each; the first is the demo as it is, the second what all others differ from in one thing. */
export const VARIANTS: readonly Variant[] = [
  { name: 'demo', about: 'the demo: 15 tools, 48 traces a tool, rank 16, 6 epochs' },
  { name: 'reference', about: 'half the data: 24 traces a tool' },
  { name: 'few-tools', about: '5 tools', tools: FEW },
  { name: 'many-tools', about: '21 tools, several of them alike', tools: ALL },
  { name: 'short-arguments', about: '8 tools with short arguments', tools: SHORT },
  { name: 'long-arguments', about: '8 tools with long arguments', tools: LONG },
  { name: 'little-data', about: '10 traces a tool', tracesPerTool: 10 },
  { name: 'low-rank', about: 'rank 4', set: ['lora.r=4', 'lora.alpha=8'] },
  { name: 'high-rank', about: 'rank 64', set: ['lora.r=64', 'lora.alpha=128'] },
  { name: 'few-steps', about: '2 epochs', set: ['epochs=2'] },
  { name: 'many-steps', about: '12 epochs', set: ['epochs=12'] },
];

/** The settings of the demo's workspace as the variant wants them. Calls are compared, not run. */
export function variantSettings(demo: Settings, { name, tools, tracesPerTool }: Variant): Settings {
  const exclude = tools === undefined ? demo.tools.exclude : KNOWN_TOOLS.filter((id) => !tools.includes(id));
  return {
    ...demo,
    tools: { exclude },
    synthesize: {
      ...demo.synthesize,
      tracesPerTool: tracesPerTool ?? (name === 'demo' ? demo.synthesize.tracesPerTool : TRACES),
    },
    evaluate: {
      ...demo.evaluate,
      execute: false,
      systems: ['base', 'monolithic', 'monolithic-exact', 'decoupled'],
    },
    offers: { ...demo.offers, sizes: [] },
  };
}

/** All tools of the demo's two servers. */
const KNOWN_TOOLS = [...ALL, ...filesystem('read_file', 'read_media_file')];
