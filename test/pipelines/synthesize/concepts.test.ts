import { expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import type { Tool } from '../../../core/tool.ts';
import { modelOf } from '../../../pipelines/synthesize/concepts.ts';
import { familiesOf, usesToolWords, writeQuery } from '../../../pipelines/synthesize/write-query.ts';

function tool(
  name: string,
  description: string,
  properties: Record<string, unknown>,
  required = Object.keys(properties),
): Tool {
  const inputSchema = { type: 'object', properties, required };
  return {
    id: `s.${name}`,
    server: 's',
    name,
    promptName: name.slice(0, 60),
    slug: 'x',
    group: 's',
    description,
    inputSchema,
    annotations: {},
    hash: '',
  };
}
const string = { type: 'string' };
const list = { type: 'array', items: string };

test.each([
  ['readFile', 'Reads a file.', { filePath: string }, 'view'],
  ['get_files', 'Get several files.', { files: { ...list, description: 'Paths of files' } }, 'view-many'],
  ['stat', 'Tells size and dates of a file or directory.', { path: string }, 'info'],
  ['ls', 'List a directory.', { dir: string }, 'list'],
  ['mkdir', 'Make a directory.', { directory: string }, 'make-folder'],
  ['rename_file', 'Rename a file.', { source: string, new_path: string }, 'move'],
  ['copy-file', 'Copy a file.', { source: string, destination: string }, 'copy'],
  ['glob_search', 'Find files by pattern in a folder.', { folder: string, pattern: string }, 'find'],
  ['get_weather', 'Get the weather of a city.', { city: string }, 'generic'],
])('%s is understood', (name, description, properties, concept) => {
  expect(modelOf(tool(name, description, properties as Record<string, unknown>)).concept).toBe(concept);
});

test('references, alternatives and type lists are resolved', () => {
  const model = modelOf(
    tool('set_level', 'Set the level.', {
      level: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      mode: { $ref: '#/properties/level' },
      note: { type: ['null', 'string'] },
    }),
  );
  expect(model.slots.map(({ kind }) => kind)).toEqual(['count', 'count', 'text']);
});

test.each([
  ['a reference to itself', { node: { $ref: '#/$defs/node' } }],
  ['a list of itself', { children: { type: 'array', items: { $ref: '#/$defs/node' } } }],
  ['the root', { all: { $ref: '#' } }],
])('a schema without an end is read: %s', (_, properties) => {
  const endless = tool('add_node', 'Add a node.', properties as Record<string, unknown>);
  const node = { type: 'object', properties: { name: string, ...properties } };
  Object.assign(endless.inputSchema, { $defs: { node } });
  const [slot] = modelOf(endless).slots;
  expect(slot?.kind).toBe('object');
});

test('the parameters behind a reference at the root are read', () => {
  const referring = tool('stat', 'Tells size and dates of a file or directory.', {});
  referring.inputSchema = {
    type: 'object',
    $ref: '#/$defs/x',
    $defs: { x: { properties: { path: string }, required: ['path'] } },
  };
  expect(modelOf(referring).concept).toBe('info');
});

test('a tool of which only the description is known has families in plain English, with every value', () => {
  const model = modelOf(
    tool('get_weather', 'Returns the current weather of a city. Slow.', { city: string, days: { type: 'integer' } }),
  );
  const args = { city: 'Upper Falls', days: 3 };
  const families = familiesOf(model);
  expect(families.length).toBeGreaterThanOrEqual(12);
  const queries = families.map((family, index) => writeQuery(seededRandom(index), model, args, family));
  expect(new Set(queries).size).toBe(families.length);
  for (const query of queries) {
    expect(query).toContain('Upper Falls');
    expect(query).toContain('3');
    expect(query).toMatch(/weather of a city/);
  }
});

test('values are never taken for slots of a phrase', () => {
  const model = modelOf(tool('write_file', 'Write a new file.', { path: string, content: string }));
  const args = { path: 'a{b|c}.txt', content: 'say {file} or {x|y}' };
  for (const [index, family] of familiesOf(model).entries()) {
    const query = writeQuery(seededRandom(index), model, args, family);
    expect(query).toContain('a{b|c}.txt');
    expect(query).toContain('say {file} or {x|y}');
  }
});

test('words of the tool are found in all their forms, not inside values', () => {
  const model = modelOf(tool('list_directory', 'List a directory.', { path: string }));
  expect(usesToolWords(model, 'Listing of the directories', {})).toBe(true);
  expect(usesToolWords(model, 'what is in directory/list?', { path: 'directory/list' })).toBe(false);
});
