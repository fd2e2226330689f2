import { ToolkitError } from '../../core/errors.ts';
import type { Sample } from '../../core/sample.ts';
import { tally } from './tally.ts';

/** Which samples fit into the context; keeps count of the training samples, by what they are for. */
export interface ContextFit {
  readonly contextLength: number;
  /** Whether a sample of so many tokens fits. */
  admit(sample: Sample, tokens: number): boolean;
  /** Tasks and tools all of whose training samples are too long. @throws ToolkitError (input) where no training sample is left */
  lost(): string[];
}

/** Tasks and tools named in the error. */
const SHOWN = 3;

export function contextFit(contextLength: number): ContextFit {
  const [kept, long] = [tally(), tally()];
  let shortest = Number.POSITIVE_INFINITY;
  return {
    contextLength,
    admit(sample, tokens) {
      const fits = tokens <= contextLength;
      if (sample.meta.split !== 'train') return fits;
      (fits ? kept : long).add(sample.tool === undefined ? sample.task : `${sample.task} of ${sample.tool}`);
      if (!fits) shortest = Math.min(shortest, tokens);
      return fits;
    },
    lost() {
      const left = kept.counts();
      const lost = Object.entries(long.counts()).filter(([name]) => !(name in left));
      if (kept.total > 0 || long.total === 0) return lost.map(([name]) => name);
      const most = lost.sort(([, a], [, b]) => b - a).slice(0, SHOWN);
      throw new ToolkitError({
        kind: 'input',
        what: `all ${long.total} training samples are longer than contextLength ${contextLength}`,
        found: `the shortest has ${shortest} tokens; ${most.map(([name, count]) => `${count} × ${name}`).join(', ')}${lost.length > SHOWN ? ', …' : ''}`,
        todo: 'raise `contextLength` in workspace.yaml, or shorten the prompt: `tools.exclude`, `prompt.descriptions: first-sentence`',
      });
    },
  };
}
