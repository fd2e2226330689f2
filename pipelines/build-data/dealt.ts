import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonl } from '../../core/jsonl.ts';
import { type Split, SplitSchema } from '../../core/sample.ts';
import type { Trace } from '../../core/trace.ts';
import { dealKey } from '../../datasets/deal-key.ts';
import { type TraceDigest, traceDigest } from '../../datasets/trace-entry.ts';

/** Beside the samples: on which side each trace lies, so that it lies there again. */
export const DEALT_FILE = 'dealt.jsonl';

const DigestSchema = z.object({
  family: z.string(),
  said: z.array(z.string()),
  calls: z.array(z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })),
});

const DealtSchema = z.object({
  key: z.string(),
  split: SplitSchema,
  /** Where the trace goes one day, adapters have still learned from it. Absent in older files. */
  digest: DigestSchema.optional(),
});
export type Dealt = Required<z.infer<typeof DealtSchema>>;

export function dealtLine(trace: Trace, split: Split): Dealt {
  return { key: dealKey(trace), split, digest: traceDigest(trace) };
}

/** Ids of the tools that a trace calls. */
export function calledTools(trace: Trace): string[] {
  return [...new Set(traceDigest(trace).calls.map(({ tool }) => tool))];
}

/** How traces were dealt out before. */
export interface DealtBefore {
  /** By key. */
  splits: ReadonlyMap<string, Split>;
  /** Those that are gone: not among the keys that are there still. */
  gone(there: ReadonlySet<string>): AsyncIterable<Dealt>;
}

/**
 * @param folder of the older samples
 * @param names ids of now by those of then, of renamed tools
 */
export async function readDealt(folder: string, names: ReadonlyMap<string, string>): Promise<DealtBefore> {
  const path = join(folder, DEALT_FILE);
  const splits = new Map<string, Split>();
  if (existsSync(path)) for await (const { key, split } of readJsonl(path, DealtSchema)) splits.set(key, split);
  return {
    splits,
    async *gone(there) {
      if (there.size === splits.size) return;
      for await (const { key, split, digest } of readJsonl(path, DealtSchema))
        if (digest !== undefined && !there.has(key)) yield { key, split, digest: renamed(digest, names) };
    },
  };
}

function renamed({ calls, ...digest }: TraceDigest, names: ReadonlyMap<string, string>): TraceDigest {
  return { ...digest, calls: calls.map((call) => ({ ...call, tool: names.get(call.tool) ?? call.tool })) };
}
