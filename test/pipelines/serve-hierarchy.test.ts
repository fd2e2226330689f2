import { expect, test } from 'vitest';
import { serveHierarchy } from '../../pipelines/serve-hierarchy.ts';
import { SettingsSchema } from '../../pipelines/settings.ts';
import { makeTool } from '../fixtures/tools.ts';

const tools = (count: number) => Array.from({ length: count }, (_, at) => makeTool(`knob_${at}`, { type: 'object' }));
const chosen = (hierarchy: object, count: number) => {
  const made = serveHierarchy(SettingsSchema.parse({ serve: { hierarchy } }), tools(count));
  return made?.index.candidates('turn knob 7', made).length;
};

test.each([
  [{}, 50, undefined],
  [{}, 51, 20],
  [{ limit: 5 }, 51, 5],
  [{ use: 'off' }, 500, undefined],
  [{ use: 'on' }, 20, undefined],
  [{ use: 'on' }, 21, 20],
  [{ use: 'on', limit: 3 }, 4, 3],
])('%j of %d tools: %s are listed', (hierarchy, count, listed) => {
  expect(chosen(hierarchy, count)).toBe(listed);
});
