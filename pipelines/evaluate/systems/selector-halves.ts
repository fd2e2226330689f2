import { RESPOND } from '../../../core/tool.ts';
import { calibrated } from '../../../runtime/calibrated.ts';
import { meteredSessions } from '../../../runtime/metered-sessions.ts';
import { predictNative } from '../../../runtime/native.ts';
import { selectName } from '../../../runtime/selector.ts';
import type { TwoStepAdapters } from '../../../runtime/two-step.ts';
import { askForCall } from './ask-for-call.ts';
import type { EndpointModel, LocalModel, OpenModel } from './open-model.ts';
import type { Select } from './predict-halves.ts';

/** A selector adapter: the most probable of all tools and `respond`. */
export function selectByAdapter(
  { engine, renderer }: LocalModel,
  { selector, temperature }: Pick<TwoStepAdapters, 'selector' | 'temperature'>,
): Select {
  return async (messages, tools, { signal }) => {
    const { open, cost } = meteredSessions(engine);
    const names = [...tools.map(({ promptName }) => promptName), RESPOND];
    const prompt = renderer.selectorPrompt(messages, tools);
    const { promptName, ranked } = await selectName(engine, await open(selector), renderer, prompt, names, signal);
    const shares = ranked && calibrated(ranked, temperature);
    return { promptName: promptName === RESPOND ? null : promptName, text: '', ranked: shares, ...cost() };
  };
}

/** A model that nobody trained to select: it decides freely whether to call, then the most probable tool counts, as in `predictNativeConstrained`. */
export function selectByModel(model: OpenModel): Select {
  return model.kind === 'endpoint' ? selectByEndpoint(model) : selectByLocal(model);
}

function selectByEndpoint(model: EndpointModel): Select {
  return async (messages, tools) => {
    const { call, malformed, ...rest } = await askForCall(model, messages, tools);
    return call === null ? { promptName: null, malformed, ...rest } : { promptName: call.promptName, ...rest };
  };
}

function selectByLocal({ engine, renderer }: LocalModel): Select {
  return async (messages, tools, options) => {
    const { call, malformed, ...free } = await predictNative(engine, renderer, undefined, messages, tools, options);
    if (call === null && malformed === undefined) return { promptName: null, ...free };
    const { open, cost } = meteredSessions(engine);
    const names = tools.map(({ promptName }) => promptName);
    const prompt = renderer.selectorPrompt(messages, tools);
    const { promptName } = await selectName(engine, await open(undefined), renderer, prompt, names, options.signal);
    const more = cost();
    return {
      promptName,
      text: free.text,
      latencyMs: free.latencyMs + more.latencyMs,
      prefilled: free.prefilled + more.prefilled,
      generated: free.generated + more.generated,
    };
  };
}
