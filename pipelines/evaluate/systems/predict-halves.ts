import type { Tool } from '../../../core/tool.ts';
import type { Message } from '../../../core/trace.ts';
import type { FilledCall } from '../../../runtime/arguments.ts';
import type { Prediction, PredictOptions } from '../../../runtime/prediction.ts';

type Cost = Pick<Prediction, 'latencyMs' | 'prefilled' | 'generated'>;
type Step = readonly [messages: readonly Message[], tools: readonly Tool[], options: PredictOptions];

/** Chooses a tool, by its prompt name, or none. */
export type Select = (...step: Step) => Promise<{ promptName: string | null } & Omit<Prediction, 'call'>>;
/** Writes the arguments of a tool that was chosen. */
export type Write = (tool: Tool, ...step: Step) => Promise<FilledCall & Cost>;

/** One step of which one half selects and another one writes the arguments. What the selecting one writes of arguments is not looked at. */
export async function predictHalves(select: Select, write: Write, ...step: Step): Promise<Prediction> {
  const { promptName, ...selected } = await select(...step);
  if (promptName === null) return { call: null, ...selected };
  const tool = step[1].find((one) => one.promptName === promptName);
  if (tool === undefined) return { call: { promptName, arguments: null }, ...selected };
  const written = await write(tool, ...step);
  return {
    call: { promptName, arguments: written.arguments },
    text: written.text,
    malformed: written.malformed,
    ranked: selected.ranked,
    latencyMs: selected.latencyMs + written.latencyMs,
    prefilled: selected.prefilled + written.prefilled,
    generated: selected.generated + written.generated,
  };
}
