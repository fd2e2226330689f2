import { type Metrics, MetricsSchema } from '../../core/metrics.ts';

/** Where the metrics lie in a workspace, and so in the part `model`. */
export const METRICS = 'evaluation/metrics.json';

/** The metrics of a release; `undefined` where the text is none, as that of an older form: there is nothing to compare with then. */
export function parseMetrics(text: string | undefined): Metrics | undefined {
  if (text === undefined) return undefined;
  try {
    return MetricsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
