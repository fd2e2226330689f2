import { describe, expect, it } from 'vitest';
import { toolText } from '../../../runtime/hierarchy/tool-text.ts';
import { makeTool } from '../../fixtures/tools.ts';

describe('toolText', () => {
  it('reads parameters at any depth', () => {
    const schema = {
      type: 'object',
      description: 'Arguments.',
      properties: {
        mode: { description: 'How fast.', enum: ['quick', 'thorough', 3] },
        edits: { type: 'array', items: { $ref: '#/$defs/Edit' } },
        target: { anyOf: [{ const: 'everything' }, { type: 'object', properties: { folder: { type: 'string' } } }] },
      },
      $defs: { Edit: { type: 'object', properties: { line: { description: 'Where.' } } } },
    };
    expect(toolText(makeTool('patch', schema, 'Changes a file.'))).toEqual({
      name: 'patch',
      description: 'Changes a file.',
      parameters: 'mode edits target folder line',
      parameterDescriptions: 'How fast. Where.',
      values: 'quick thorough everything',
    });
  });

  it('ends at schemas that contain themselves, are broken, or too large', () => {
    const tree = { type: 'object', properties: { child: { $ref: '#' }, name: {} } };
    expect(toolText(makeTool('grow', tree)).parameters).toBe('child name');
    expect(toolText(makeTool('odd', { properties: { a: null, b: 'text' }, enum: 'x', items: 7 })).parameters).toBe(
      'a b',
    );
    const wide = {
      properties: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`p${at}`, { description: 'word' }])),
    };
    expect(toolText(makeTool('wide', wide)).parameterDescriptions.length).toBeLessThan(20_000);
  });
});
