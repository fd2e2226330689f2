import type { Settings } from '../settings.ts';
import { VerifySchema } from '../synthesize/verify/verify-settings.ts';
import type { TrainOptions } from '../train.ts';

/** Training with one thing changed: in what it is trained on, or how. */
export interface Condition {
  /** Names it, and its folder. */
  name: string;
  /** What is different, in words. */
  about: string;
  settings?(full: Settings): Settings;
  /** What is changed in the recipes. */
  training?: Pick<TrainOptions, 'set'>;
}

/** All conditions train on as many traces: what one lacks is not how many it has. */
export const TRAINING_TRACES = 400;
const HELD_OUT_SHARE = 0.25;

/** The demo with every kind of trace, in a third of its number. */
export function fullSettings(demo: Settings): Settings {
  const kinds = { chains: 30, respond: 40, parallel: 30, recovery: 30, clarify: 30 };
  return {
    ...demo,
    // Nothing is excepted from verification, as the demo's own settings do.
    synthesize: { ...demo.synthesize, tracesPerTool: 50, ...kinds, verify: VerifySchema.parse({}) },
    split: { ...demo.split, test: HELD_OUT_SHARE },
    evaluate: { ...demo.evaluate, execute: false, limit: undefined, systems: ['decoupled'] },
    offers: { ...demo.offers, sizes: [] },
  };
}

/** The first of them is what the others are compared with. */
export const CONDITIONS: readonly Condition[] = [
  { name: 'full', about: 'nothing: all data, trained by `shared-prefix`' },
  {
    name: 'no-verification',
    about: 'values that nobody told, calls that failed, found nothing or changed nothing are trained on as well',
    settings: (full) => ({
      ...full,
      synthesize: {
        ...full.synthesize,
        verify: { ...full.synthesize.verify, execution: false, provenance: false, state: false },
      },
    }),
  },
  {
    name: 'no-hard-cases',
    about: 'wordings that do without the tool’s own words, and traces of several steps',
    settings: (full) => ({
      ...full,
      synthesize: {
        ...full.synthesize,
        tracesPerTool: 60,
        withoutToolWords: 0,
        difficulties: ['easy', 'medium'],
        ...{ chains: 0, parallel: 0, recovery: 0, clarify: 0 },
      },
    }),
  },
  {
    name: 'no-dedupe',
    about: 'near-duplicates of training traces stay in',
    settings: (full) => ({ ...full, split: { ...full.split, dedupe: false } }),
  },
  { name: 'plain', about: 'trained by `plain`', training: { set: ['method=plain', 'micro_batch_size=4'] } },
  { name: 'activated', about: 'trained by `activated`', training: { set: ['method=activated'] } },
  {
    name: 'one-prompt',
    about: 'trained by `activated`, and all tools in the arguments’ prompt too (`argumentTools: all`)',
    settings: (full) => ({ ...full, prompt: { ...full.prompt, argumentTools: 'all' } }),
    training: { set: ['method=activated'] },
  },
  {
    name: 'described',
    about: 'no parameters in the selector’s prompt (`selectorTools: described`)',
    settings: (full) => ({ ...full, prompt: { ...full.prompt, selectorTools: 'described' } }),
  },
];

/** Those of a condition's workspace: its own training traces, the held-out split of all. @param traces how many it trains on */
export function conditionSettings(
  full: Settings,
  { settings }: Condition,
  heldOut: string,
  traces = TRAINING_TRACES,
): Settings {
  const own = settings?.(full) ?? full;
  return { ...own, split: { ...own.split, heldOut, limit: traces } };
}
