import type { Sample } from '../../../core/sample.ts';
import type { Message, Trace } from '../../../core/trace.ts';
import { callsOf } from './calls-of.ts';
import type { TraceUse } from './trace-figures.ts';

/** A trace as the page holds it for browsing. */
export interface BrowsedTrace {
  id: string;
  query: string;
  kind: string;
  difficulty: string;
  split: TraceUse;
  writer: string;
  /** The tools that it calls. */
  tools: string[];
  messages: { role: string; text: string; tool?: string; error?: boolean }[];
  samples: BrowsedSample[];
}

/** A sample, its prompt cut to what stands before the trained text. */
export interface BrowsedSample {
  task: string;
  tool?: string;
  parts: BrowsedPart[];
}

interface BrowsedPart {
  text: string;
  train: boolean;
}

/** The traces that can be browsed, of all that there are. */
export interface BrowseData {
  total: number;
  traces: BrowsedTrace[];
}

/** Longest text of a message, of what is trained, and of what stands before it; in characters. */
const LONGEST = { message: 2000, trained: 4000, context: 240 };

export function browsedTrace(trace: Trace, split: TraceUse, samples: readonly Sample[]): BrowsedTrace {
  const { kind, difficulty, writer } = trace.provenance;
  const query = trace.messages.find(({ role }) => role === 'user')?.content ?? '';
  return {
    id: trace.id,
    query: clip(query, LONGEST.message),
    kind,
    difficulty,
    split,
    writer,
    tools: [...new Set(callsOf(trace).map(({ call }) => call.tool))],
    messages: trace.messages.flatMap(browsedMessages),
    samples: samples.map(browsedSample),
  };
}

function browsedMessages(message: Message): BrowsedTrace['messages'] {
  const text = clip(message.content ?? '', LONGEST.message);
  if (message.role === 'tool') return [{ role: 'result', text, ...(message.isError && { error: true }) }];
  if (message.role !== 'assistant' || message.call === undefined) return [{ role: message.role, text }];
  const { tool, arguments: args } = message.call;
  const call = { role: 'call', tool, text: clip(JSON.stringify(args, null, 2), LONGEST.message) };
  return text === '' ? [call] : [{ role: 'assistant', text }, call];
}

export function browsedSample({ task, tool, spans }: Sample): BrowsedSample {
  const parts = spans.map(({ text, train }) => ({
    text: train ? clip(text, LONGEST.trained) : clipStart(text, LONGEST.context),
    train,
  }));
  return { task, ...(tool !== undefined && { tool }), parts };
}

function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()}… (${text.length - longest} more characters)`;
}

/** The prompt is long, and what stands right before the trained text is what tells. */
function clipStart(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `(${text.length - longest} characters) …${text.slice(-longest).toWellFormed()}`;
}
