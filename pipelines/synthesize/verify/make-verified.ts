import type { Trace } from '../../../core/trace.ts';
import type { Refusal } from '../chat/refusal.ts';
import { queryKey } from '../progress-file.ts';
import { countReject, type Made } from '../workshop.ts';

/** A call that nothing can be said about is not worth more; with models that verify, each costs. */
const ATTEMPTS = 8;

export interface MakeVerifiedOptions {
  make: () => Promise<Made>;
  check: (trace: Trace) => Promise<Refusal | undefined>;
  /** Queries that count as used while this unit is made: `make` then goes on to another wording, or another call. */
  refusedQueries: Set<string>;
}

/** Makes a unit of the offline writer anew until its trace is not refused. It starts from the same seed each time, so nothing depends on other units. */
export async function makeVerified({ make, check, refusedQueries }: MakeVerifiedOptions): Promise<Made> {
  const refusals: Record<string, number> = {};
  for (let attempt = 1; ; attempt++) {
    const { trace, rejects } = await make();
    const refusal = trace && (await check(trace));
    if (refusal !== undefined) countReject(refusals, refusal.reason);
    if (refusal === undefined || attempt === ATTEMPTS) {
      refusedQueries.clear();
      // What was refused on the way stands in the last one's counts.
      return { ...(refusal === undefined && trace ? { trace } : {}), rejects: { ...rejects, ...refusals } };
    }
    refusedQueries.add(queryKey(trace!.messages[0]!.content ?? ''));
  }
}
