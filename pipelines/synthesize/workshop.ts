import type { Catalogue } from '../../core/tool.ts';
import type { Message, Trace } from '../../core/trace.ts';
import type { Sandbox, SandboxResult } from '../../runtime/sandbox.ts';
import type { Settings } from '../settings.ts';
import type { ToolModel } from './concepts.ts';
import type { Arguments } from './sampling.ts';
import type { ServerState } from './state.ts';
import { whyOddChange } from './verify/why-odd-change.ts';

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
): Extract<Message, { role: 'tool' }> {
  const limit = workshop.settings.synthesize.resultLimit;
  const shown = content.length <= limit ? content : `${content.slice(0, limit - 1)}…`;
  return { role: 'tool', content: shown, ...(isError && { isError }) };
}

/** Why a call is no good for a trace, by what the settings verify; `undefined` where it is. */
export function whyUseless(
  { settings, changers }: Pick<Workshop, 'settings' | 'changers'>,
  model: ToolModel,
  { args, result }: { args: Arguments; result: SandboxResult },
): string | undefined {
  if (!result.executed) return undefined;
  const { execution, state } = settings.synthesize.verify;
  const failed = execution ? whyFailed(model, result) : undefined;
  return failed ?? (state ? whyOddChange(model, { args, changes: result.changes, changers }) : undefined);
}

function whyFailed(model: ToolModel, result: { content: string; isError: boolean }): string | undefined {
  if (result.isError)
    return `${model.tool.id}: error: ${result.content
      .split('\n')[0]!
      .replaceAll(/\S*[/.]\S*|\d+/g, '…')
      .slice(0, 60)}`;
  return isEmpty(result.content) && model.tool.annotations.readOnlyHint === true
    ? `${model.tool.id}: empty result`
    : undefined;
}

/** Nothing found: no text, a text that says so, or JSON with nothing in its lists. */
function isEmpty(content: string): boolean {
  if (content.trim() === '' || /^(no (matches|results|entries)|nothing found)/i.test(content)) return true;
  try {
    const value: unknown = JSON.parse(content);
    return (
      value !== null &&
      typeof value === 'object' &&
      Object.values(value).length > 0 &&
      Object.values(value).every((member) => Array.isArray(member) && member.length === 0)
    );
  } catch {
    return false;
  }
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
