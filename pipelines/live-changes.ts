import type { Context } from '../core/context.ts';
import type { StageEvent } from '../core/event.ts';
import { type Catalogue, takesNoArguments } from '../core/tool.ts';
import { fieldHashes, TOOL_FIELDS, type ToolField } from '../core/tool-fields.ts';
import { adapterTargets } from './adapter-targets.ts';
import { keepFormatting } from './discover/keep-formatting.ts';
import { type DiscoverOptions, readServers } from './discover/read-servers.ts';
import { buildCatalogue, readCatalogue } from './discover.ts';
import { type Lock, readLock } from './lock.ts';
import type { Settings } from './settings.ts';

/** What is other than the lock says about a tool that servers offer now. */
export interface LiveChange {
  /** Its id. */
  tool: string;
  change: 'added' | 'removed' | 'changed' | 'renamed';
  /** In which it changed. */
  fields: ToolField[];
  /** The id that it had. */
  before?: string;
  /** Adapters that this makes stale, or that are missing now. */
  stale: string[];
  /** Those of the earlier id, which `run` takes over where a check finds them as good; one that is not is trained. */
  takenOver?: string[];
}

/**
 * Asks the servers for their tools and compares these with `catalogue.lock`; where there is none, all are added. Writes nothing.
 * @throws ToolkitError also where the lock was edited
 */
export async function* liveChanges(
  context: Context,
  settings: Settings,
  options: DiscoverOptions = {},
): AsyncGenerator<StageEvent, LiveChange[], undefined> {
  const lock = (await readLock(context)) ?? { tools: {}, adapters: {} };
  const asked = { ...context, cassette: context.cassette?.mode === 'replay' ? context.cassette : undefined };
  const { read } = yield* readServers('status', asked, settings, options);
  return changesOf(lock, buildCatalogue(keepFormatting(read, await readCatalogue(context)).read));
}

/** The changes from a lock to a catalogue, by the tools' ids. */
export function changesOf(
  { tools: locked, adapters }: Pick<Lock, 'tools' | 'adapters'>,
  { tools }: Catalogue,
): LiveChange[] {
  const now = new Map(tools.map((tool) => [tool.id, fieldHashes(tool)]));
  const differing = (id: string, other: Record<ToolField, string>) =>
    TOOL_FIELDS.filter((field) => locked[id]![field] !== other[field]);
  const removed = Object.keys(locked).filter((id) => !now.has(id));
  const changes: LiveChange[] = [];
  for (const tool of tools) {
    const { id, server } = tool;
    const own = takesNoArguments(tool) ? [] : ownAdapters(tools, id, adapters);
    if (id in locked) {
      const fields = differing(id, now.get(id)!);
      if (fields.length > 0) changes.push({ tool: id, change: 'changed', fields, stale: own });
      continue;
    }
    const before = removed.find((gone) => gone.startsWith(`${server}.`) && differing(gone, now.get(id)!).length === 0);
    if (before === undefined) {
      changes.push({ tool: id, change: 'added', fields: [], stale: own });
      continue;
    }
    removed.splice(removed.indexOf(before), 1);
    const takenOver = adaptersOf(before, adapters);
    const stale = takenOver.length > 0 ? [] : own;
    changes.push({ tool: id, change: 'renamed', before, fields: [], stale, takenOver });
  }
  for (const id of removed) changes.push({ tool: id, change: 'removed', fields: [], stale: [] });
  const ofAll = Object.keys(adapters).filter((name) => adapters[name]!.task !== 'arguments');
  const several = (ids: readonly (string | undefined)[]) =>
    Object.keys(adapters).filter((name) => {
      const { tools: own } = adapters[name]!;
      return own.length > 1 && (own.some((id) => ids.includes(id)) || name === 'arguments');
    });
  return changes
    .map((one) => ({ ...one, stale: [...ofAll, ...several([one.tool, one.before]), ...one.stale] }))
    .sort((a, b) => (a.tool < b.tool ? -1 : 1));
}

/** Those that the lock has for one tool alone. */
function adaptersOf(id: string, adapters: Lock['adapters']): string[] {
  const isItsOwn = (name: string) => name !== 'arguments' && adapters[name]!.tools.join() === id;
  return Object.keys(adapters).filter(isItsOwn);
}

/** The adapters of one tool alone, of the kinds that the lock has. */
function ownAdapters(tools: Catalogue['tools'], id: string, adapters: Lock['adapters']): string[] {
  const names = adapterTargets(tools).filter(({ tool }) => tool?.id === id);
  const found = names.filter(({ name }) => name in adapters);
  return (found.length > 0 ? found : names.filter(({ candidate }) => candidate === 'own')).map(({ name }) => name);
}
