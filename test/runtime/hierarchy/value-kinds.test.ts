import { describe, expect, it } from 'vitest';
import { termsOf } from '../../../runtime/hierarchy/terms.ts';
import { valueTerms } from '../../../runtime/hierarchy/value-kinds.ts';

describe('valueTerms', () => {
  const path = termsOf('path file directory');

  it.each([
    'look into notes/2024/plan.md',
    'what is in "/etc/hosts"?',
    'sort ~/music',
    'where is budget.csv',
    'empty projects/island',
  ])('sees a path in %s', (query) => expect(valueTerms(query)).toEqual(path));

  it.each(['on 24/7', 'by 10/06/2023', 'the end. Then go', 'version 2.1.3', 'it costs 3.50'])(
    'sees none in %s',
    (query) => expect(valueTerms(query)).toEqual([]),
  );

  it('sees addresses', () => {
    expect(valueTerms('summarise https://example.org')).toEqual(expect.arrayContaining(['url']));
    expect(valueTerms('write to ann@example.org')).toEqual(expect.arrayContaining(['email']));
  });
});
