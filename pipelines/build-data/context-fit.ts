import { ToolkitError } from '../../core/errors.ts';
import type { Sample, Task } from '../../core/sample.ts';
import { tally } from './tally.ts';

/** Which samples fit into the context; keeps count of the training samples, by what they are for. */
export interface ContextFit {
  readonly contextLength: number;
  /** Whether a sample of so many tokens fits. */
  admit(sample: Sample, tokens: number): boolean;
  /** Tasks and tools all of whose training samples are too long. @throws ToolkitError (input) where none of the selector's is left: there is no decoupled call without it */
  lost(): string[];
}

export function contextFit(contextLength: number): ContextFit {
  const [kept, long] = [tally(), tally()];
  const shortest = new Map<string, number>();
  return {
    contextLength,
    admit(sample, tokens) {
      const fits = tokens <= contextLength;
      if (sample.meta.split !== 'train') return fits;
      const name = sample.tool === undefined ? sample.task : `${sample.task} of ${sample.tool}`;
      (fits ? kept : long).add(name);
      if (!fits) shortest.set(name, Math.min(shortest.get(name) ?? tokens, tokens));
      return fits;
    },
    lost() {
      const left = kept.counts();
      const lost = Object.keys(long.counts()).filter((name) => !(name in left));
      const selector: Task = 'selector';
      if (!lost.includes(selector)) return lost.map((name) => `${name} (from ${shortest.get(name)} tokens on)`);
      throw new ToolkitError({
        kind: 'input',
        what: `all training samples of the selector are longer than contextLength ${contextLength}: they list all tools`,
        found: `the shortest has ${shortest.get(selector)} tokens${lost.length > 1 ? `; the same goes for ${lost.filter((name) => name !== selector).join(', ')}` : ''}`,
        todo: 'raise `contextLength` in workspace.yaml, or shorten the prompt: `tools.exclude`, `prompt.descriptions: first-sentence`',
      });
    },
  };
}
