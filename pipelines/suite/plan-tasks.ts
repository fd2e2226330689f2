import { seededRandom } from '../../core/random.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import { mayExecute, type SandboxSettings } from '../../runtime/sandbox/rule.ts';
import type { AgentTask, FoundTasks, NotRun } from './agent-task.ts';
import { matchServer } from './match-server.ts';

/** A task that can be run, with what is on offer. Servers go by the catalogue's names. */
export interface PlannedTask<T extends AgentTask = AgentTask> {
  task: T;
  /** Of the servers that it needs and of the others, in the catalogue's order. */
  tools: Tool[];
  servers: string[];
  distractors: string[];
}

export interface TaskPlan<T extends AgentTask> {
  planned: PlannedTask<T>[];
  notRun: NotRun[];
  /** Tasks that could be run and were not drawn. */
  notDrawn: number;
  /** Ids of tools that are on offer to no task, as nothing lets them run here. */
  leftOut: string[];
}

export interface TaskRules {
  /** Of the workspace. */
  settings: SandboxSettings;
  /** See `matchServer`. */
  aliases: Readonly<Record<string, string>>;
  /** Most distractor servers of a task. */
  distractors: number;
  /** Most tasks; absent: all. */
  limit?: number;
  seed: number;
}

/** Finds out which tasks can be run on the servers of a catalogue, and with which tools on offer: those that may run here. */
export function planTasks<T extends AgentTask>(
  { tasks, notRun }: FoundTasks<T>,
  catalogue: Catalogue,
  rules: TaskRules,
): TaskPlan<T> {
  const usable = catalogue.tools.filter((tool) => mayExecute(tool, rules.settings));
  const tried = tasks.map((task) => planTask(task, catalogue, usable, rules));
  const good = tried.filter((one) => typeof one !== 'string');
  const drawn = new Set(drawTasks(good, rules));
  const planned = good.filter((one) => drawn.has(one));
  const why = new Map(tasks.map((task, index) => [task.id, tried[index]!]));
  return {
    planned,
    notRun: [...notRun, ...byReason(why)],
    notDrawn: good.length - planned.length,
    leftOut: catalogue.tools.filter((tool) => !usable.includes(tool)).map(({ id }) => id),
  };
}

function drawTasks<P>(good: readonly P[], { limit, seed }: TaskRules): readonly P[] {
  return limit === undefined ? good : seededRandom(seed, 'suite').sample(good, limit);
}

/** @returns why it cannot be run, where it cannot */
function planTask<T extends AgentTask>(
  task: T,
  catalogue: Catalogue,
  usable: readonly Tool[],
  rules: TaskRules,
): PlannedTask<T> | string {
  const match = (name: string) => matchServer(name, catalogue, rules.aliases);
  const needed = task.servers ?? catalogue.servers.map(({ name }) => name);
  const missing = needed.filter((name) => match(name) === undefined);
  if (missing.length > 0) return `no server ${missing.join(', ')} in the catalogue`;
  const servers = needed.map((name) => match(name)!);
  const toolsOf = (server: string) => usable.filter((tool) => tool.server === server);
  const idle = task.servers === undefined ? undefined : servers.find((server) => toolsOf(server).length === 0);
  if (idle !== undefined) return `no tool of the server ${idle} may run: it has no sandbox, and none only reads`;
  const residents = (task.residents ?? []).flatMap((name) => match(name) ?? []);
  const others = catalogue.servers.map(({ name }) => name).filter((name) => ![...servers, ...residents].includes(name));
  const named = task.distractors?.flatMap((name) => match(name) ?? []).filter((name) => others.includes(name));
  const drawn = named ?? seededRandom(rules.seed, 'distractors', task.id).shuffle(others);
  const distractors = drawn.filter((name) => toolsOf(name).length > 0).slice(0, rules.distractors);
  const onOffer = [...servers, ...residents, ...distractors];
  const isOwn = ({ id, server }: Tool) => task.tools?.includes(id) ?? servers.includes(server);
  const tools = usable.filter((tool) => (servers.includes(tool.server) ? isOwn(tool) : onOffer.includes(tool.server)));
  return tools.length === 0 ? 'none of its tools may run here' : { task, tools, servers, distractors };
}

function byReason(tried: ReadonlyMap<string, unknown>): NotRun[] {
  const reasons = [...tried].filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const groups = Map.groupBy(reasons, ([, why]) => why);
  return [...groups].map(([why, members]) => ({ why, tasks: members.map(([id]) => id) }));
}
