import { takesNoArguments } from '../../../core/tool.ts';
import { fillArguments } from '../../../runtime/arguments.ts';
import { meteredSessions } from '../../../runtime/metered-sessions.ts';
import type { TwoStepAdapters } from '../../../runtime/two-step.ts';
import { askForCall } from './ask-for-call.ts';
import type { EndpointModel, LocalModel, OpenModel } from './open-model.ts';
import type { Write } from './predict-halves.ts';

/** Adapters for the tools' arguments, or the base where there is none. */
export function writeByAdapters({ engine, renderer }: LocalModel, argumentsOf: TwoStepAdapters['argumentsOf']): Write {
  return async (tool, messages, tools, options) => {
    const { open, cost } = meteredSessions(engine);
    const filled = await fillArguments(
      { engine, renderer },
      () => open(argumentsOf(tool)),
      tool,
      { messages, tools },
      options,
    );
    return { ...filled, ...cost() };
  };
}

/** Another model: a local one is held to the tool's schema by its grammar; one behind an endpoint is shown the one tool, and has to call it. */
export function writeByModel(model: OpenModel): Write {
  return model.kind === 'local' ? writeByAdapters(model, () => undefined) : writeByEndpoint(model);
}

function writeByEndpoint(model: EndpointModel): Write {
  return async (tool, messages, tools) => {
    if (takesNoArguments(tool)) return { arguments: {}, text: '{}', latencyMs: 0, prefilled: 0, generated: 0 };
    const choice = 'required';
    const { call, ...rest } = await askForCall(model, messages, tools, { onOffer: [tool], choice });
    if (call?.promptName === tool.promptName) return { ...rest, arguments: call.arguments };
    return { ...rest, arguments: null, malformed: rest.malformed ?? `it did not call ${tool.promptName}` };
  };
}
