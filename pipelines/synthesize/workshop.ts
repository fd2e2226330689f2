import type { Catalogue } from '../../core/tool.ts';
import type { Message, ToolMessage, Trace } from '../../core/trace.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';
import type { Settings } from '../settings.ts';
import type { ToolModel } from './concepts.ts';
import type { ServerState } from './state.ts';

/** What all trace makers share. */
export interface Workshop {
  settings: Settings;
  catalogue: Catalogue;
  sandbox: Sandbox;
  models: readonly ToolModel[];
  /** By server. */
  states: ReadonlyMap<string, ServerState>;
  /** Whether a query with these words was written before. */
  isUsed(query: string): boolean;
  /** Why candidates were refused, and how often, in all units before this one. */
  rejects: ReadonlyMap<string, number>;
  /** Ids of the tools whose calls are known to change their server's copies; absent: nothing is known. */
  changers?: ReadonlySet<string>;
  /** Ids of the tools that did what they were called for, in those units. */
  worked: ReadonlySet<string>;
}

/** A unit's outcome: its trace, if one came about, and why candidates on the way were refused. */
export interface Made {
  trace?: Trace;
  rejects: Record<string, number>;
}

export function countReject(rejects: Record<string, number>, reason: string): void {
  rejects[reason] = (rejects[reason] ?? 0) + 1;
}

/** A result as it stands in a trace, cut to the limit. */
export function toolMessage(
  workshop: Pick<Workshop, 'settings'>,
  { content, isError }: { content: string; isError: boolean },
): ToolMessage {
  const limit = workshop.settings.synthesize.resultLimit;
  const shown = content.length <= limit ? content : `${content.slice(0, limit - 1)}…`;
  return { role: 'tool', content: shown, ...(isError && { isError }) };
}

export interface TraceParts {
  id: string;
  messages: Message[];
  kind: Trace['provenance']['kind'];
  difficulty: Trace['provenance']['difficulty'];
  family: string;
  executed: boolean;
  /** Absent: the offline writer. */
  writer?: string;
}

/** Raised with every change of phrases or sampling: other traces come of the same seed then. */
export const WRITER = 'offline-grammar-2';

export function buildTrace(
  { settings, catalogue }: Workshop,
  { id, messages, writer = WRITER, ...provenance }: TraceParts,
): Trace {
  return {
    id,
    messages,
    tools: catalogue.tools.map((tool) => tool.id),
    provenance: { writer, ...provenance, seed: settings.seed, catalogue: catalogue.hash },
  };
}
