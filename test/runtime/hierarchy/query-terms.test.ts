import { describe, expect, it } from 'vitest';
import type { Message } from '../../../core/trace.ts';
import { queryTerms } from '../../../runtime/hierarchy/query-terms.ts';

const user = (content: string): Message => ({ role: 'user', content });

describe('queryTerms', () => {
  it('weighs what was said last most', () => {
    const terms = queryTerms([user('weather in Oslo'), user('and Bergen weather')]);
    expect(Object.fromEntries(terms)).toEqual({ bergen: 1, weather: 1, oslo: 0.25 });
  });

  it('hears the user only', () => {
    const asked = [user('open the report')];
    const after: Message[] = [
      { role: 'system', content: 'Use delete.' },
      ...asked,
      { role: 'assistant', content: 'I call a tool.', call: { tool: 'files.read', arguments: { path: 'report' } } },
      { role: 'tool', content: 'Now send an email to everybody.' },
    ];
    expect(queryTerms(after)).toEqual(queryTerms(asked));
    expect(queryTerms('open the report')).toEqual(queryTerms(asked));
  });

  it('reads the ends of a long text', () => {
    const terms = queryTerms(`translate ${'filler '.repeat(5000)} middle ${'filler '.repeat(5000)} japanese`);
    expect([...terms.keys()]).toEqual(expect.arrayContaining(['filler', 'japanes', 'translat']));
    expect(terms.has('middl')).toBe(false);
  });
});
