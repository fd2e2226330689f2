import type { ControlledEvaluateIndexOutput, ControlledEvaluateInputItem, LlamaContextSequence } from 'node-llama-cpp';

/**
 * Evaluates tokens batch by batch, as llama.cpp would anyway, so that a signal can end it between two batches.
 * @returns what was asked of each token, by its place; nothing where nothing was asked
 * @throws the signal's reason; the sequence then holds what was evaluated until then
 */
export async function evaluate(
  sequence: LlamaContextSequence,
  items: readonly ControlledEvaluateInputItem[],
  signal?: AbortSignal,
): Promise<(ControlledEvaluateIndexOutput | undefined)[]> {
  const outputs: (ControlledEvaluateIndexOutput | undefined)[] = [];
  const { batchSize } = sequence.context;
  for (let at = 0; at < items.length; at += batchSize) {
    signal?.throwIfAborted();
    const some = await sequence.controlledEvaluate(items.slice(at, at + batchSize));
    for (const [index, output] of some.entries()) outputs[at + index] = output;
  }
  return outputs;
}

/** How many of some tokens lie before their last batch: what comes of that one needs all of it at once. */
export function beforeLastBatch({ context: { batchSize } }: LlamaContextSequence, count: number): number {
  return Math.max(0, Math.ceil(count / batchSize) - 1) * batchSize;
}
