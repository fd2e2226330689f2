import { seededRandom } from '../../../core/random.ts';
import { NotRecorded } from '../../../runtime/cassette-sandbox.ts';
import type { ToolModel } from '../concepts.ts';
import { refusalOf } from '../given-up.ts';
import { goodCall } from '../good-call.ts';
import type { Workshop } from '../workshop.ts';

const MOST_TRIALS = 3;

/**
 * The tools that say they change something and do change their server's copies, found by a few calls of the seed's own. A tool whose data is
 * elsewhere is not among them, and nothing is asked of it. It is found out at each start, so an interrupted run decides alike.
 */
export async function findChangers(workshop: Workshop): Promise<Set<string>> {
  const changers = new Set<string>();
  const { sandbox, models } = workshop;
  for (const model of models) {
    if (model.tool.annotations.readOnlyHint !== false || !sandbox.mayExecute(model.tool)) continue;
    if (await changesCopies(workshop, model)) changers.add(model.tool.id);
  }
  await sandbox.reset();
  return changers;
}

async function changesCopies(workshop: Workshop, model: ToolModel): Promise<boolean> {
  const { sandbox, settings } = workshop;
  const rejects: Record<string, number> = {};
  for (let trial = 0; trial < MOST_TRIALS && rejects[refusalOf.broken(model, 'silent')] === undefined; trial++) {
    await sandbox.reset();
    const random = seededRandom(settings.seed, 'changers', model.tool.id, trial);
    const call = await goodCall(workshop, model, { random, rejects, plain: true }).catch(unlessNotRecorded);
    if (!call?.result.executed) continue;
    if (call.result.changes === undefined) return false;
    if (call.result.changes !== 'none') return true;
  }
  return false;
}

/** A cassette of before may do without. */
function unlessNotRecorded(error: unknown): undefined {
  if (!(error instanceof NotRecorded)) throw error;
}
