/** How an optional parameter is told in words. `{v}`: its value. The first row that matches name and value counts. */
export interface Mention {
  name: RegExp;
  /** Only for this value. */
  value?: unknown;
  /** Where a phrase has `{of}`. */
  of?: readonly string[];
  /** At the end of a request, inside the sentence. */
  inline?: readonly string[];
  /** As a sentence of its own. */
  after: readonly string[];
}

export const MENTIONS: readonly Mention[] = [
  {
    name: /^(head|first|first_?lines)$/i,
    of: ['the first {v} lines of '],
    inline: [', but only the first {v} lines', ', just the top {v} lines'],
    after: ['Only the first {v} lines.', 'The first {v} lines are enough.', 'I only need the top {v} lines.'],
  },
  {
    name: /^(tail|last|last_?lines)$/i,
    of: ['the last {v} lines of '],
    inline: [', but only the last {v} lines', ', just the final {v} lines'],
    after: ['Only the last {v} lines.', 'The last {v} lines are enough.', 'I only need the final {v} lines.'],
  },
  {
    name: /exclude|ignore|skip/i,
    inline: [', leaving out {v}', ', but without {v}', ', except {v}'],
    after: ['Leave out {v}.', 'Skip {v}.', 'Ignore {v}.', 'But not {v}.'],
  },
  {
    name: /dry_?run|preview|simulate/i,
    value: true,
    inline: [', but only as a preview', ', as a dry run'],
    after: [
      'Only preview it, do not save.',
      'Just show me the diff for now.',
      'Do not apply it yet, a preview is enough.',
      'Make it a dry run.',
    ],
  },
  {
    name: /sort|order/i,
    value: 'size',
    inline: [', sorted by size', ', the largest first'],
    after: ['Largest first.', 'Sort by size.', 'The biggest ones on top.'],
  },
  {
    name: /sort|order/i,
    value: 'name',
    inline: [', sorted by name', ', in alphabetical order'],
    after: ['Sort by name.', 'In alphabetical order.'],
  },
  { name: /sort|order/i, inline: [', sorted by {v}'], after: ['Sort by {v}.'] },
  {
    name: /recurs|deep/i,
    value: true,
    inline: [' recursively', ', subfolders included'],
    after: ['Do it recursively.'],
  },
  {
    name: /^(limit|max|count|top|n|max_?results|per_?page)$|limit|max_/i,
    inline: [', at most {v}', ', no more than {v}'],
    after: ['Limit it to {v}.', 'At most {v}.'],
  },
];
