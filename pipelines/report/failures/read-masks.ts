import { join } from 'node:path';
import { readJsonl } from '../../../core/jsonl.ts';
import type { Manifest } from '../../../core/manifest.ts';
import { SampleSchema } from '../../../core/sample.ts';
import { type BrowsedSample, browsedSample } from '../data/browse-data.ts';
import { jsonForHtml } from '../data/embedded-json.ts';

const FILE = /^test\/.*\.jsonl$/;
/** Most bytes that they may take in the page. */
const MOST_BYTES = 4_000_000;

/** The held-out samples of these traces, as far as there is room: what would be trained in them. By the trace's id. */
export async function readMasks(
  folder: string,
  { files }: Pick<Manifest, 'files'>,
  { wanted, signal, mostBytes = MOST_BYTES }: { wanted: ReadonlySet<string>; signal: AbortSignal; mostBytes?: number },
): Promise<Record<string, BrowsedSample[]>> {
  const masks = new Map<string, BrowsedSample[]>();
  let bytes = 0;
  for (const file of Object.keys(files)
    .filter((path) => FILE.test(path))
    .sort()
    .reverse()) {
    for await (const sample of readJsonl(join(folder, file), SampleSchema)) {
      signal.throwIfAborted();
      const { trace } = sample.meta;
      // A monolithic sample holds what the two others do.
      if (!wanted.has(trace) || sample.task === 'monolithic') continue;
      const shown = browsedSample(sample);
      bytes += Buffer.byteLength(jsonForHtml(shown));
      if (bytes > mostBytes) return Object.fromEntries(masks);
      masks.set(trace, [...(masks.get(trace) ?? []), shown]);
    }
  }
  return Object.fromEntries(masks);
}
