import { z } from 'zod';

export const ArgumentsSchema = z.record(z.string(), z.unknown());

/** A tool (by id) and its arguments. */
export const CallSchema = z.object({ tool: z.string().min(1), arguments: ArgumentsSchema });
export type Call = z.infer<typeof CallSchema>;

export const MessageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string().min(1) }),
  /** A call, or (`respond`) text for the user. */
  z.object({ role: z.literal('assistant'), content: z.string().optional(), call: CallSchema.optional() }),
  z.object({ role: z.literal('tool'), content: z.string(), isError: z.boolean().optional() }),
]);
export type Message = z.infer<typeof MessageSchema>;
export type ToolMessage = Extract<Message, { role: 'tool' }>;

export const ProvenanceSchema = z.object({
  writer: z.string(),
  /**
   * `chain`: a later call needs what an earlier one found; `parallel`: several calls that do not need one another; `recovery`: a call fails, the
   * next ones make up for it; `clarify`: the assistant asks back before it calls; `respond`: no call.
   */
  kind: z.enum(['single', 'chain', 'parallel', 'recovery', 'clarify', 'respond']),
  difficulty: z.enum(['easy', 'medium', 'hard', 'vague']),
  /** The phrasings that made the query; traces that share one never lie on both sides of the split. */
  family: z.string(),
  /** Whether every call ran on a live server, and succeeded unless its result says that it is an error. */
  executed: z.boolean(),
  seed: z.number().int(),
  catalogue: z.string(),
  /** The file that it was imported from, and which of its rows it was, from 1. */
  source: z.string().optional(),
  row: z.number().int().positive().optional(),
});

export const TraceSchema = z.object({
  id: z.string().min(1),
  messages: z.array(MessageSchema).min(2),
  /** Ids of the tools on offer, in the order in which the prompt shows them. */
  tools: z.array(z.string()).min(1),
  provenance: ProvenanceSchema,
});
export type Trace = z.infer<typeof TraceSchema>;

/** One assistant turn of a trace. */
export interface Step {
  /** Number of the assistant turn, from 0. */
  index: number;
  /** What the model has seen before this step. */
  before: Message[];
  /** `null`: respond. */
  call: Call | null;
  /** The text of a `respond` step. */
  content: string;
  /** What the call brought; absent where it was not run. */
  result?: ToolMessage;
}

export function stepsOf({ messages }: Pick<Trace, 'messages'>): Step[] {
  return messages.flatMap((message, position) => {
    if (message.role !== 'assistant') return [];
    const before = messages.slice(0, position);
    const next = messages[position + 1];
    return [
      {
        index: before.filter(({ role }) => role === 'assistant').length,
        before,
        call: message.call ?? null,
        content: message.content ?? '',
        ...(next?.role === 'tool' && { result: next }),
      },
    ];
  });
}
