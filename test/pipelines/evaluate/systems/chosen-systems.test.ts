import { expect, test } from 'vitest';
import { EvaluateSchema } from '../../../../pipelines/evaluate/evaluate-settings.ts';
import { chosenSystems } from '../../../../pipelines/evaluate/systems/chosen-systems.ts';

const evaluate = EvaluateSchema.parse({
  systems: ['base', { name: 'few-shot', kind: 'base', examples: { count: 2 } }],
});
const names = (chosen?: string[]) => chosenSystems({ evaluate }, chosen).map(({ name }) => name);

test('without a choice all of the settings; ready systems may be chosen without being declared', () => {
  expect(names()).toEqual(['base', 'few-shot']);
  expect(names(['decoupled', 'few-shot'])).toEqual(['decoupled', 'few-shot']);
});

test.each([
  [['few-shut'], /--system: there is no such system[\s\S]*decoupled, few-shot;[\s\S]*did you mean `few-shot`/],
  [['base,decoupled'], /divide names by spaces: --system base decoupled/],
  [['nothing-like-it'], /found: +nothing-like-it$/],
  // Its cases would count twice, and intervals would be too narrow.
  [['base', 'decoupled', 'base'], /a system is named twice[\s\S]*found: +base/],
])('refuses %j', (chosen, message) => {
  expect(() => names(chosen)).toThrow(message);
});
