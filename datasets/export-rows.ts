import type { Sample } from '../core/sample.ts';
import type { SampleTokens } from './sample-tokens.ts';

/** Axolotl, `type: input_output`: each segment tokenized by itself, nothing added. */
export function axolotlRows(sample: Sample): object[] {
  return [{ segments: sample.spans.map(({ text, train }) => ({ label: train, text })) }];
}

/** TRL with `completion_only_loss`: a row for each trained span, all that stands before it being its prompt. */
export function trlRows(sample: Sample): object[] {
  let prompt = '';
  const rows: object[] = [];
  for (const { text, train } of sample.spans) {
    if (train) rows.push({ prompt, completion: text });
    prompt += text;
  }
  return rows;
}

/** Not seen by the loss, in the field's convention. */
const IGNORED = -100;

/** Token ids and labels, which Axolotl (empty `type`) and TRL read unchanged. */
export function tokenIdRows({ ids, train }: SampleTokens): object[] {
  return [
    {
      input_ids: ids,
      attention_mask: ids.map(() => 1),
      labels: ids.map((id, index) => (train[index] ? id : IGNORED)),
    },
  ];
}
