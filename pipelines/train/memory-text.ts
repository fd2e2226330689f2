import { memorySize } from '../../core/byte-size.ts';
import type { MemoryEstimate } from '../../trainers/memory/estimate-memory.ts';
import type { JobMemory } from './job-memory.ts';

/** An estimate with what takes most of it. */
export function memoryText({ total, ...parts }: MemoryEstimate): string {
  const named = Object.entries(parts)
    .filter(([, bytes]) => bytes >= total / 100)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${name} ${memorySize(bytes)}`);
  return `${memorySize(total)} (${named.join(', ')})`;
}

/** What lowers an estimate most, of what is not lowered yet. */
export function memoryAdvice({ estimate, adapters, choice, job: { recipe } }: JobMemory): string {
  const { base, activations, logits } = estimate!;
  const quantized = recipe.recipe.quantization === 'none';
  const advice = [
    ...(adapters > 1 ? ['--set together=1'] : []),
    ...(base > activations + logits && quantized ? ['--set quantization=nf4'] : []),
    ...(choice.gradient_checkpointing ? [] : ['--set gradient_checkpointing=true']),
    ...(choice.micro_batch_size > 1 ? ['--set micro_batch_size=1'] : []),
    ...(recipe.recipe.workers === 1 ? [] : ['--set workers=1 on a processor']),
    ...(base > activations + logits ? ['a smaller base'] : ['a lower contextLength in workspace.yaml']),
  ];
  return `lower it: ${advice.join(', or ')}; if you know that it fits, say so by --set memory=GB`;
}
