import { expect, test } from 'vitest';
import { redactor, redactProse, shownUrl } from '../../../runtime/mcp/redact.ts';
import { scripted } from '../../fixtures/scripted-config.ts';

test.each([
  [['postgresql://u:pw@h/db'], 'cannot reach postgresql://u:pw@h/db', 'cannot reach postgresql://[redacted]@h/db'],
  [['--url=https://u:p%40ssword@h'], 'who is p@ssword or p%40ssword?', 'who is [redacted] or [redacted]?'],
  [['https://h/?sslmode=require&api_key=abc-123'], 'cannot require abc-123', 'cannot require [redacted]'],
  [['https://ghp_12345@github.com/x'], 'for ghp_12345', 'for [redacted]'],
  [['postgresql://postgres@h/db'], 'postgres is down', 'postgres is down'],
  [['--header', 'Authorization: Bearer abc-123'], 'no abc-123', 'no [redacted]'],
  [['-e', 'API_KEY=abc-123', '--token', 'def-456'], 'abc-123 def-456', '[redacted] [redacted]'],
])('secrets of the arguments %j are taken out', (args, text, expected) => {
  expect(redactor(scripted('good', { args }))(text)).toBe(expected);
});

test('a password in the URL of an env value is a secret of its own', () => {
  const redact = redactor(scripted('good', { env: { DATABASE_URL: 'postgresql://u:hunter22@h/db' } }));
  expect(redact('wrong password hunter22')).toBe('wrong password [redacted]');
});

test('an address is shown without what may be secret', () => {
  expect(shownUrl('https://user:pw@h:81/mcp?key=abc#d')).toBe('https://h:81/mcp');
});

test('in a tool only prose is changed, at any depth', () => {
  const redact = (text: string) => text.replaceAll('abc', '[redacted]');
  const inputSchema = {
    properties: { abc: { description: 'like abc', enum: ['abc'] }, description: { type: 'string', title: 'abc' } },
  };
  expect(redactProse({ name: 'abc', description: 'abc', inputSchema }, redact)).toEqual({
    name: 'abc',
    description: '[redacted]',
    inputSchema: {
      properties: {
        abc: { description: 'like [redacted]', enum: ['abc'] },
        description: { type: 'string', title: '[redacted]' },
      },
    },
  });
});
