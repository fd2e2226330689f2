import { expect, test } from 'vitest';
import type { Tool } from '../../../core/tool.ts';
import { alikeTools } from '../../../pipelines/synthesize/alike-tools.ts';
import { apportion } from '../../../pipelines/synthesize/apportion.ts';

const tool = (name: string, description: string) => ({ id: `s.${name}`, name, description }) as Tool;

test('the tools whose names and descriptions share most rare words come first', () => {
  const pairs = alikeTools([
    tool('list_directory', 'Lists what is in a directory.'),
    tool('send_mail', 'Sends a mail to somebody.'),
    tool('list_directory_with_sizes', 'Lists what is in a directory, with sizes.'),
    tool('get_weather', 'Gets the weather of a city.'),
  ]);
  expect(pairs[0]).toMatchObject({ gold: 's.list_directory', predicted: 's.list_directory_with_sizes' });
  expect(pairs.length).toBeLessThanOrEqual(2);
  expect(alikeTools([tool('alone', 'The only one.')])).toEqual([]);
});

test('numbers are shared out in proportion, whole and without loss', () => {
  const weights = new Map([
    ['a', 5],
    ['b', 3],
    ['c', 3],
  ]);
  expect(apportion(weights, 10)).toEqual(
    new Map([
      ['a', 4],
      ['b', 3],
      ['c', 3],
    ]),
  );
  expect(apportion(weights, 1)).toEqual(
    new Map([
      ['a', 1],
      ['b', 0],
      ['c', 0],
    ]),
  );
  expect(apportion(new Map(), 5)).toEqual(new Map());
});
