import type { Context } from '../../../core/context.ts';
import type { Catalogue } from '../../../core/tool.ts';
import type { Trace } from '../../../core/trace.ts';
import { type BoundedChatModel, openBoundedChatModel } from '../chat/bounded-chat-model.ts';
import type { Refusal } from '../chat/refusal.ts';
import type { ToolModel } from '../concepts.ts';
import { judge } from './judge.ts';
import { roundTrip } from './round-trip.ts';
import { untoldInTrace } from './untold-value.ts';
import type { VerifySettings } from './verify-settings.ts';

type Whose = 'offline' | 'teacher';

/** What candidates of all writers have to stand when their calls were carried out. */
export interface Verifier {
  /** Why a candidate cannot be learnt, as far as that costs nothing to tell. */
  checkFree(trace: Trace): Refusal | undefined;
  /** The same, asking the models of the settings as well. @throws ToolkitError where a budget is used up or an endpoint fails */
  check(trace: Trace, whose: Whose): Promise<Refusal | undefined>;
  /** The models that are asked. */
  chatModels: readonly BoundedChatModel[];
  /** Whether traces of a writer cost something. */
  asks(whose: Whose): boolean;
}

/** @throws ToolkitError (input) as `openBoundedChatModel` does */
export async function openVerifier(
  context: Context,
  settings: VerifySettings,
  { catalogue, models }: { catalogue: Catalogue; models: readonly ToolModel[] },
): Promise<Verifier> {
  const open = (role: 'reader' | 'judge') => {
    const endpoint = settings[role];
    return endpoint && openBoundedChatModel(context, endpoint, { setting: `synthesize.verify.${role}` });
  };
  const [reader, judging] = [await open('reader'), await open('judge')];
  const looks = (role: 'reader' | 'judge', whose: Whose) => whose === 'teacher' || settings[role]?.of === 'all';
  const checkFree = (trace: Trace) => (settings.provenance ? untoldInTrace(models, trace) : undefined);
  return {
    chatModels: [reader, judging].filter((model) => model !== undefined),
    asks: (whose) =>
      (reader !== undefined && looks('reader', whose)) || (judging !== undefined && looks('judge', whose)),
    checkFree,
    async check(trace, whose) {
      const refusal =
        checkFree(trace) ??
        (reader && looks('reader', whose) ? await roundTrip(reader, catalogue.tools, trace) : undefined);
      if (refusal !== undefined || judging === undefined || !looks('judge', whose)) return refusal;
      return judge(judging, catalogue.tools, { trace, atLeast: settings.judge!.atLeast });
    },
  };
}
