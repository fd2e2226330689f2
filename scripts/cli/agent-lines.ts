import type { AgentCandidate, AgentEvent, PlannedCall, ToolEffect } from '../../core/agent-event.ts';
import { plainJson, plainName, safeText } from './safe-text.ts';

const MOST_CANDIDATES = 3;
const MOST_OF_A_RESULT = 100;

const EFFECTS: Record<ToolEffect, string> = {
  none: 'it only reads, but you are asked',
  adds: 'it changes something, and destroys nothing, says its server',
  destroys: 'it may overwrite or delete, says its server',
  unknown: 'its server does not say whether it changes something',
};

/** What a person is shown of an event, made safe for a terminal; `undefined`: nothing. The answer is not in it. */
export function agentLines(event: AgentEvent): string | undefined {
  const lines = linesOf(event);
  return lines === undefined ? undefined : safeText(lines);
}

function linesOf(event: AgentEvent): string | undefined {
  switch (event.type) {
    case 'warning':
      return `warning: ${event.message}`;
    case 'selected':
      return `${event.step} ${nameOf(event.tool)} ${selectionText(event)}`;
    case 'abstained':
      return `${event.step} not sure enough: ${candidatesText(event.ranked)}${event.by ? ` · ${whoIs(event.by)} goes on` : ''}`;
    case 'arguments':
      return `  ${callText(event)}`;
    case 'result':
      return `  ${resultText(event)}`;
    case 'answer':
      return event.text.trim() === ''
        ? '  no words'
        : event.cut
          ? '  the answer was cut off at the limit of tokens'
          : undefined;
    case 'stopped':
      return `stopped: ${onOneLine(event.message)}`;
    default:
      return undefined;
  }
}

/** The call exactly as it will be made: server, tool and arguments. */
export function callText({
  server,
  name,
  arguments: args,
}: Pick<PlannedCall, 'server' | 'name' | 'arguments'>): string {
  return `${plainName(server)} · ${plainName(name)} ${plainJson(args)}`;
}

export function effectText({ effect }: Pick<PlannedCall, 'effect'>): string {
  return EFFECTS[effect];
}

function nameOf(tool: string | null): string {
  return tool === null ? 'an answer in words' : plainName(tool);
}

function whoIs(by: 'bundle' | 'base' | 'endpoint'): string {
  return by === 'endpoint' ? 'the endpoint' : `the ${by}`;
}

function selectionText({ by, ranked }: Extract<AgentEvent, { type: 'selected' }>): string {
  const [best, ...others] = ranked;
  if (best === undefined) return `(by ${whoIs(by)})`;
  return others.length === 0 ? percent(best) : `${percent(best)} (${candidatesText(others)})`;
}

function candidatesText(ranked: readonly AgentCandidate[]): string {
  return ranked
    .slice(0, MOST_CANDIDATES)
    .map((candidate) => `${nameOf(candidate.tool)} ${percent(candidate)}`)
    .join(', ');
}

function percent({ probability }: AgentCandidate): string {
  return `${(100 * probability).toFixed(1)}%`;
}

function resultText({ content, isError, executed, ms, shown }: Extract<AgentEvent, { type: 'result' }>): string {
  const line = onOneLine(content.slice(0, 4 * MOST_OF_A_RESULT));
  const preview = line.length > MOST_OF_A_RESULT ? `${line.slice(0, MOST_OF_A_RESULT - 1)}…` : line;
  const size = `${content.length.toLocaleString('en')} characters`;
  const cut = shown === undefined ? '' : `, of which the model is shown ${shown.toLocaleString('en')}`;
  const about = executed ? `${size}${cut} · ${Math.round(ms)} ms` : 'not called';
  return `${isError ? '✗' : '→'} ${preview || '(nothing)'} (${about})`;
}

/** What others wrote could look like lines of ours. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
