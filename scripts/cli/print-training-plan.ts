import { memorySize } from '../../core/byte-size.ts';
import type { PlannedTraining } from '../../pipelines/train/dry-run.ts';
import { memoryText } from '../../pipelines/train/memory-text.ts';
import { safeText } from './safe-text.ts';

/** What `pnpm train --dry-run` prints: a paragraph for each job. */
export function printTrainingPlan(rows: readonly PlannedTraining[], asJson: boolean): void {
  const text = asJson ? JSON.stringify(rows) : rows.map(describe).join('\n\n');
  process.stdout.write(`${asJson ? text : safeText(text)}\n`);
}

function describe(row: PlannedTraining): string {
  const { job, state, samples, tokens, steps, memory, available, warning } = row;
  const checkpointing = row.gradient_checkpointing ? ', gradient_checkpointing' : '';
  const lines = [
    `${job}: ${state}`,
    `  work:   ${samples} samples of about ${Math.round(tokens / samples)} tokens each, ${steps} steps, micro_batch_size ${row.micro_batch_size}${checkpointing}`,
    memory === undefined
      ? '  memory: unknown for this build of base'
      : `  memory: about ${memoryText(memory)}; ${Number.isFinite(available) ? `${memorySize(available)} available` : 'what a cluster has is not known here'}`,
  ];
  return [...lines, ...(warning === undefined ? [] : [`  ${warning.replaceAll('\n', '\n  ')}`])].join('\n');
}
