import { describe, expect, it } from 'vitest';
import type { Catalogue, JsonSchema } from '../../../core/tool.ts';
import { matchTools } from '../../../runtime/chat/match-tools.ts';
import { makeTool } from '../../fixtures/tools.ts';

const schema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    title: { type: 'string', description: 'What it is called.' },
    kind: { enum: [{ title: 'a' }, 'b'] },
    parts: { type: 'array', items: { type: 'object', properties: { default: { type: 'number', default: 1 } } } },
  },
  required: ['title', 'kind'],
};
const tools = [makeTool('note', schema), makeTool('stop', { type: 'object', properties: {} }), makeTool('go', schema)];
const catalogue: Catalogue = { version: 1, servers: [{ name: 'files' }], tools, hash: 'sha256:0' };
const offer = (name: string, parameters: JsonSchema = schema) => ({ name, description: 'Any.', parameters });
const unknownOf = (...offered: ReturnType<typeof offer>[]) => matchTools(offered, catalogue).unknown;

describe('matchTools', () => {
  it('gives the catalogue’s tools in its order, whatever they are called', () => {
    for (const joint of ['', 'files.', 'files_', 'files__', 'files-']) {
      const matched = matchTools([offer(`${joint}go`), offer(`${joint}note`)], catalogue);
      expect(matched.unknown).toEqual([]);
      expect(matched.tools).toEqual([tools[0], tools[2]]);
      expect(matched.nameOf('go')).toBe(`${joint}go`);
      expect(matched.nameOf('stop')).toBeUndefined();
    }
  });

  it('passes over what says nothing of values, at every depth', () => {
    const { $schema: _, properties, ...rest } = schema as { $schema: string; properties: Record<string, JsonSchema> };
    const { title: _title, ...others } = properties;
    expect(
      unknownOf(
        offer('note', {
          ...rest,
          additionalProperties: false,
          required: ['kind', 'title'],
          properties: { ...others, title: { type: 'string', default: 'x' } },
          title: 'Note',
        }),
      ),
    ).toEqual([]);
    expect(unknownOf(offer('stop', { type: 'object' }), offer('stop_', {}))).toEqual(['stop_']);
  });

  it('finds a tool strange whose values are others', () => {
    const { properties, ...rest } = schema as { properties: Record<string, JsonSchema> };
    const changed: JsonSchema[] = [
      { ...rest, properties: { ...properties, more: {} } },
      { ...rest, properties: { ...properties, title: { type: 'number' } } },
      { ...rest, properties: { ...properties, kind: { enum: [{ title: 'b' }, 'b'] } } },
      { ...rest, properties: { ...properties, parts: { type: 'array' } } },
      { ...rest, properties: { kind: properties.kind!, parts: properties.parts! } },
      { ...schema, required: ['title'] },
      { ...schema, additionalProperties: true },
    ];
    for (const one of changed) expect(unknownOf(offer('note', one)), JSON.stringify(one)).toEqual(['note']);
  });

  it('tells foreign tools apart, also those that need another name in prompts', () => {
    const names = ['_x', 't_x', '-9', 'respond', 'note'];
    const matched = matchTools(
      names.map((name) => offer(name)),
      catalogue,
    );
    expect(matched.unknown).toEqual(names.slice(0, 4));
    const promptNames = matched.tools.map(({ promptName }) => promptName);
    expect(new Set(promptNames).size).toBe(names.length);
    for (const name of promptNames) expect(name).toMatch(/^[A-Za-z]/);
    expect(promptNames.map((name) => matched.nameOf(name))).toEqual(names);
  });

  it('leaves two names of one tool to the base', () => {
    expect(unknownOf(offer('note'), offer('files_note'))).toEqual(['note', 'files_note']);
  });
});
