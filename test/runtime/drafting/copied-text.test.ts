import { describe, expect, it } from 'vitest';
import { copiedText } from '../../../runtime/drafting/copied-text.ts';

describe('copiedText', () => {
  it('goes on to the end of the word that was begun', () => {
    expect(copiedText('Show notes/todo.txt, please', ' {"path": "notes')).toBe('/todo.txt,');
    expect(copiedText('Open Freya Eriksen and Edgar Castro.', ' {"names": ["Freya')).toBe(' Eriksen');
  });

  it('goes on as far as the match reaches back', () => {
    const source = 'write: the budget review is now on Thursday at noon';
    expect(copiedText(source, '"the budget review is')).toBe(' now on Thursday at ');
  });

  it('stops at a quote and at the end of a line', () => {
    expect(copiedText('the file "a/b.txt" and more', 'a/b')).toBe('.txt');
    expect(copiedText('the budget\nreview', 'the bud')).toBe('get');
  });

  it('prefers the longest match, then the beginning of a word, then the last', () => {
    expect(copiedText('alpha beta1 gamma beta2', 'gamma beta')).toBe('2');
    expect(copiedText('2025-01 and 112', '": 2')).toBe('025-01');
    expect(copiedText('see beta1 and beta2', '"beta')).toBe('2');
  });

  it('takes the end of another word for no match', () => {
    expect(copiedText('"description": "Unit of length"', '{"location": "')).toBe('');
    expect(copiedText('"unit": "cm"', '"unit": "')).toBe('cm');
    expect(copiedText('his name: Ada', 'her name')).toBe(': Ada');
  });

  it('finds nothing by punctuation alone, by nothing, or in nothing', () => {
    expect(copiedText('{"a": "x"}', '"b": "')).toBe('');
    expect(copiedText('some text', '')).toBe('');
    expect(copiedText('', 'some')).toBe('');
    expect(copiedText('some', 'some')).toBe('');
  });
});
