import { SYSTEM_NAMES } from '../evaluate/system-names.ts';
import type { Settings } from '../settings.ts';
import type { TrainOptions } from '../train.ts';

/** The demo with one thing changed. */
export interface Variant {
  /** Names it, and its folder. */
  name: string;
  /** What is different, in words. */
  about: string;
  /** Ids of the tools that take part; absent: those of the demo. */
  tools?: readonly string[];
  tracesPerTool: number;
  /** What is changed in all recipes. */
  training?: Pick<TrainOptions, 'passes' | 'set'>;
}

const filesystem = (...names: string[]) => names.map((name) => `filesystem.${name}`);
const memory = (...names: string[]) => names.map((name) => `memory.${name}`);

// Each has a tool that lists what a server holds, as synthesis finds no files and no entities without one; edits need one that reads.
const FEW = [
  ...filesystem('read_text_file', 'write_file', 'directory_tree'),
  ...memory('create_entities', 'read_graph'),
];
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
  ...filesystem('write_file', 'edit_file', 'read_text_file', 'directory_tree'),
  ...memory('create_entities', 'create_relations', 'add_observations', 'read_graph'),
];

/** A third of the demo's data, in half its steps: a row then takes some minutes. */
export const PASSES = 1.5;
const THIRD = { tracesPerTool: 40, training: { passes: PASSES } };

/** A row of the table each. */
export const VARIANTS: readonly Variant[] = [
  { name: 'demo', about: 'the demo: 15 tools, 120 traces a tool', tracesPerTool: 120 },
  { name: 'reference', about: 'a third of the data, half the steps', ...THIRD },
  { name: 'little-data', about: 'a tenth of the data, half the steps', tracesPerTool: 12, training: { passes: 5 } },
  { name: 'few-tools', about: '5 tools', tools: FEW, ...THIRD },
  { name: 'many-tools', about: '21 tools, several of them alike', tools: ALL, ...THIRD },
  { name: 'short-arguments', about: '8 tools with short arguments', tools: SHORT, ...THIRD },
  { name: 'long-arguments', about: '8 tools with long arguments', tools: LONG, ...THIRD },
  {
    name: 'long-arguments-more-steps',
    about: 'the same in three times the steps',
    tools: LONG,
    tracesPerTool: 40,
    training: { passes: PASSES * 3 },
  },
  {
    name: 'rank-4',
    about: 'rank 4 in place of 64',
    ...THIRD,
    training: { passes: PASSES, set: ['lora.r=4', 'lora.alpha=8'] },
  },
  {
    name: 'rank-16',
    about: 'rank 16 in place of 64',
    ...THIRD,
    training: { passes: PASSES, set: ['lora.r=16', 'lora.alpha=32'] },
  },
  { name: 'few-steps', about: 'a third of the steps', ...THIRD, training: { passes: PASSES / 3 } },
  { name: 'many-steps', about: 'twice the steps', ...THIRD, training: { passes: PASSES * 2 } },
];

/** The settings of the demo's workspace as the variant wants them. Traces of several calls and of none stay in proportion. Calls are compared, not run. */
export function variantSettings(demo: Settings, { tools, tracesPerTool }: Variant): Settings {
  const exclude = tools === undefined ? demo.tools.exclude : KNOWN_TOOLS.filter((id) => !tools.includes(id));
  const demoTools = KNOWN_TOOLS.length - demo.tools.exclude.length;
  const share = ((tools?.length ?? demoTools) * tracesPerTool) / (demoTools * demo.synthesize.tracesPerTool);
  return {
    ...demo,
    tools: { exclude },
    synthesize: {
      ...demo.synthesize,
      tracesPerTool,
      chains: Math.round(demo.synthesize.chains * share),
      respond: Math.round(demo.synthesize.respond * share),
    },
    evaluate: { ...demo.evaluate, execute: false, systems: [...SYSTEM_NAMES] },
    offers: { ...demo.offers, sizes: [] },
  };
}

/** All tools of the demo's two servers. */
const KNOWN_TOOLS = [...ALL, ...filesystem('read_file', 'read_media_file')];
