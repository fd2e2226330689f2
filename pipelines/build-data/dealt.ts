import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonl } from '../../core/jsonl.ts';
import { type Split, SplitSchema } from '../../core/sample.ts';
import { stepsOf, type Trace, TraceSchema } from '../../core/trace.ts';
import { dealKey } from '../../datasets/deal-key.ts';

/** Beside the samples: on which side each trace lies, so that it lies there again. */
export const DEALT_FILE = 'dealt.jsonl';

const DealtSchema = z.object({
  key: z.string(),
  split: SplitSchema,
  /** Where it calls several tools: when it goes with one of them, the adapter of another has still learned from it. */
  trace: TraceSchema.optional(),
  /** Where it is gone: ids of the tools whose adapters may have learned from it. */
  learned: z.array(z.string()).optional(),
});
export type Dealt = z.infer<typeof DealtSchema>;

export function dealtLine(trace: Trace, split: Split): Dealt {
  const key = dealKey(trace);
  return calledTools(trace).length > 1 ? { key, split, trace } : { key, split };
}

/** Ids of the tools that a trace calls. */
export function calledTools(trace: Trace): string[] {
  return [...new Set(stepsOf(trace).flatMap(({ call }) => (call === null ? [] : [call.tool])))];
}

/** How traces were dealt out before. */
export interface DealtBefore {
  /** By key. */
  splits: ReadonlyMap<string, Split>;
  /** Traces that count even where they are gone. */
  candidates: Required<Dealt>[];
}

/**
 * @param folder of the older samples
 * @param unchanged ids of now by those of then: tools whose adapters may stay as they are
 */
export async function readDealt(folder: string, unchanged: ReadonlyMap<string, string>): Promise<DealtBefore> {
  const path = join(folder, DEALT_FILE);
  const splits = new Map<string, Split>();
  const candidates: Required<Dealt>[] = [];
  if (!existsSync(path)) return { splits, candidates };
  for await (const { key, split, trace, learned } of readJsonl(path, DealtSchema)) {
    splits.set(key, split);
    if (trace === undefined) continue;
    const still = (learned ?? calledTools(trace)).flatMap((id) => unchanged.get(id) ?? []);
    if (still.length > 0) candidates.push({ key, split, trace: renamed(trace, unchanged), learned: still });
  }
  return { splits, candidates };
}

function renamed(trace: Trace, names: ReadonlyMap<string, string>): Trace {
  const messages = trace.messages.map((message) =>
    message.role === 'assistant' && message.call
      ? { ...message, call: { ...message.call, tool: names.get(message.call.tool) ?? message.call.tool } }
      : message,
  );
  return { ...trace, messages };
}
