import { describe, expect, it } from 'vitest';
import { termsOf } from '../../../runtime/hierarchy/terms.ts';

describe('termsOf', () => {
  it('splits names into their words', () => {
    const words = ['read', 'text', 'file'];
    for (const name of ['read_text_file', 'readTextFile', 'read-text.file', 'READ_TEXT_FILE', 'ReadTextFile'])
      expect(termsOf(name)).toEqual(words);
    expect(termsOf('getHTTPStatus2')).toEqual(['get', 'http', 'statu', '2']);
  });

  it('knows a word in all of its forms', () => {
    expect(termsOf('directories')).toEqual(termsOf('directory'));
    expect(termsOf('renamed renaming renames')).toEqual([
      ...termsOf('rename'),
      ...termsOf('rename'),
      ...termsOf('rename'),
    ]);
    expect(termsOf('rename')).not.toEqual(termsOf('remove'));
  });

  it('leaves out what says nothing', () => {
    expect(termsOf('could you please show me the weather in Oslo?')).toEqual(['show', 'weather', 'oslo']);
    expect(termsOf(' ?! ')).toEqual([]);
  });

  it('reads scripts without spaces sign by sign', () => {
    expect(termsOf('weather查询天气')).toEqual(['weather', '查', '询', '天', '气']);
    expect(termsOf('Überprüfe größe')).toEqual(['überprüf', 'größe']);
  });
});
