import { expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import type { Tool } from '../../../core/tool.ts';
import { askFor } from '../../../pipelines/synthesize/ask.ts';
import { clarification, waysToLeaveOut } from '../../../pipelines/synthesize/clarify-words.ts';
import { modelOf } from '../../../pipelines/synthesize/concepts.ts';
import { STYLES } from '../../../pipelines/synthesize/phrases/asks.ts';
import { familiesOf, writeQuery } from '../../../pipelines/synthesize/write-query.ts';
import { requiringTool } from '../../fixtures/requiring-tool.ts';

function tool(name: string, description: string, ...parameters: string[]): Tool {
  const properties = Object.fromEntries(parameters.map((each) => [each, { type: 'string' }]));
  return requiringTool(name, description, properties);
}

/** Parameters of other forms than those of the demo's tools. */
const CASES = [
  { of: tool('edit_file', 'Edits a file.', 'path', 'old_text', 'new_text'), values: ['a.txt', 'one', 'two'] },
  { of: tool('find_files', 'Finds files.', 'pattern'), values: ['**/*.csv'] },
  { of: tool('directory_info', 'Shows info on a directory.', 'directory'), values: ['notes'] },
  { of: tool('delete_folder', 'Deletes a folder.', 'folder'), values: ['notes'] },
  { of: tool('write_note', 'Saves a note.', 'path', 'text'), values: ['a.md', 'hello'] },
  { of: tool('convert_amount', 'Converts an amount.', 'amount', 'currency'), values: ['12', 'euros'] },
];

test.each(CASES)('phrases of every kind have words for $of.name', ({ of, values }) => {
  const model = modelOf(of);
  const args = Object.fromEntries(model.slots.map(({ name }, index) => [name, values[index]!]));
  const tells = (text: string) => values.filter((value) => text.includes(value.replace('**/*', '')));
  for (const family of familiesOf(model))
    expect(tells(writeQuery(seededRandom(family.id), model, args, family))).toEqual(values);
  for (let style = 0; style < STYLES; style++)
    expect(tells(askFor(seededRandom(style), model, args, style))).toEqual(values);
  expect(waysToLeaveOut(model).length).toBeGreaterThan(3);
  for (const way of waysToLeaveOut(model)) {
    const { query, reply } = clarification(seededRandom(way), model, args, way);
    expect(tells(query).length, query).toBeLessThan(values.length);
    expect(tells(`${query} ${reply}`), `${query} | ${reply}`).toEqual(values);
  }
});
