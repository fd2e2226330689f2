import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emailPseudonyms } from '../../runtime/email-pseudonyms.ts';

test('an address has one pseudonym, in later runs too, and calls get the address', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'pseudonyms-')), '.pseudonyms.json');
  const { hide } = emailPseudonyms(path);
  const hidden = hide('from ada.byron+x@corp.co.uk to max@born.de, cc ada.byron+x@corp.co.uk.');
  expect(hidden).toMatch(/^from (person-\w{8}@example\.com) to person-\w{8}@example\.com, cc \1\.$/);
  const [first] = hidden.match(/person-\w+@example\.com/)!;
  expect((await stat(path)).mode & 0o077).toBe(0);
  const later = emailPseudonyms(path);
  expect(later.hide('ada.byron+x@corp.co.uk')).toBe(first);
  expect(later.show({ to: [first], text: `to ${first} and person-00000000@example.com` })).toEqual({
    to: ['ada.byron+x@corp.co.uk'],
    text: 'to ada.byron+x@corp.co.uk and person-00000000@example.com',
  });
  expect(later.hide(hidden)).toBe(hidden);
});

test.each(['someone@example.com', 'a@b', '@media print', 'x@localhost', 'git@host:path', 'user@service.test'])(
  '%s stays',
  (text) => {
    expect(emailPseudonyms('/nowhere/pseudonyms.json').hide(text)).toBe(text);
  },
);

test('a text of many half addresses takes no longer than it is long', () => {
  const start = performance.now();
  for (const piece of ['a', 'a@', 'a@a.', 'a.'])
    emailPseudonyms('/nowhere/pseudonyms.json').hide(
      `${piece.repeat(1_000_000 / piece.length)}`.replaceAll('@a.a', '@_'),
    );
  expect(performance.now() - start).toBeLessThan(5000);
});
