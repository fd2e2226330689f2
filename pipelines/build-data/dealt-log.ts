import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { writeJsonFile } from '../../core/json-file.ts';
import { openJsonl } from '../../core/jsonl.ts';
import type { Sample, Split } from '../../core/sample.ts';
import type { Trace } from '../../core/trace.ts';
import {
  DATA_FILE,
  type DataBasis,
  earlierNames,
  type OlderData,
  renewableData,
  type ToolData,
  type WantedData,
} from './data-basis.ts';
import { DEALT_FILE, type Dealt, dealtLine } from './dealt.ts';

/** Writes down on which side traces lie, and what became of them. */
export interface DealtLog {
  add(trace: Trace, split: Split): Promise<void>;
  addSample(sample: Sample): void;
  /** Ends the file, and writes what the samples of each tool were made of. @param gone traces that still count */
  finish(gone: readonly Dealt[], wanted: WantedData, older: OlderData | undefined): Promise<void>;
  close(): Promise<void>;
}

export function openDealtLog(folder: string): DealtLog {
  const file = openJsonl(join(folder, DEALT_FILE));
  const sums = new Map<string, Hash>();
  return {
    async add(trace, split) {
      await file.write(dealtLine(trace, split));
    },
    addSample({ tool, id, spans, meta: { split } }) {
      if (tool === undefined || split === 'test') return;
      const sum = sums.get(tool) ?? createHash('sha256');
      sums.set(tool, sum.update(`${JSON.stringify([split, id, spans])}\n`));
    },
    async finish(gone, wanted, older) {
      const { deal, bases, renamed } = wanted;
      for (const line of gone) await file.write(line);
      const tools = [...bases].map(([id, basis]): [string, ToolData] => {
        const then = older?.tools[id];
        if (then?.basis === basis.basis) return [id, { ...basis, data: then.data, before: then.before }];
        const data = `sha256:${(sums.get(id) ?? createHash('sha256')).digest('hex')}`; // a tool without parameters has none
        return [id, { ...basis, data, before: earlierNames(id, basis, { older, renamed }) }];
      });
      const value: DataBasis = {
        version: 1,
        deal,
        tools: Object.fromEntries(tools),
        renewable: renewableData(older, wanted),
      };
      await writeJsonFile(join(folder, DATA_FILE), value);
    },
    close: () => file.close(),
  };
}
