import { hashJson } from '../../../core/hash.ts';

/** Data for a prompt, as JSON between two lines that bear the same mark. The mark follows from the data, so nothing inside can bear it. */
export function markedData(data: unknown): string {
  const mark = `data ${hashJson(data).slice('sha256:'.length).slice(0, 16)}`;
  return [`<<< ${mark}`, JSON.stringify(data, null, 1), `>>> ${mark}`].join('\n');
}
