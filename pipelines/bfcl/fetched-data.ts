import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { BFCL_DOWNLOAD, BFCL_PLACE, bfclFolder, fetchBfcl } from '../../trainers/bench/bfcl-data.ts';
import { preparePython } from '../prepare-python.ts';

const STAGE = 'BFCL';

/** The folder of BFCL's questions and answers, which are fetched where they are missing. */
export async function* bfclData(context: Context): AsyncGenerator<StageEvent, string, undefined> {
  if (bfclFolder() === undefined) {
    const python = yield* preparePython(context, BFCL_PLACE);
    yield { type: 'download', stage: STAGE, ...BFCL_DOWNLOAD };
    await fetchBfcl({ env: context.env, signal: context.signal, python });
  }
  return bfclFolder()!;
}
