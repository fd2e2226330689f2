import { expect, test } from 'vitest';
import { hideSecretForms, hideSecretsIn } from '../../../runtime/mcp/secret-forms.ts';

const WORD = 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z';
/** Put together here, so that no scanner of the repository takes them for real ones. */
const SECRETS: readonly [issuer: string, secret: string][] = [
  ['OpenAI', `sk-proj-${WORD}`],
  ['Anthropic', `sk-ant-api03-${WORD}`],
  ['GitHub', `ghp_${WORD}abcd`],
  ['GitHub, fine-grained', `github_pat_${WORD}_${WORD}`],
  ['GitLab', `glpat-${WORD.slice(0, 20)}`],
  ['AWS', 'AKIAABCDEFGHIJKLMNOP'],
  ['Google', `AIza${WORD}abc`],
  ['Google OAuth', `ya29.${WORD}`],
  ['Slack', `xoxb-123456789012-${WORD}`],
  ['Stripe', `sk_live_${WORD}`],
  ['Hugging Face', `hf_${WORD}`],
  ['npm', `npm_${WORD}abcd`],
  ['PyPI', `pypi-${WORD}${WORD}`],
  ['SendGrid', `SG.${WORD}.${WORD}`],
  ['a JSON web token', `eyJ${WORD}.eyJ${WORD}.${WORD}`],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${WORD}\n${WORD}\n-----END RSA PRIVATE KEY-----`],
  ['a private key without its end', `-----BEGIN OPENSSH PRIVATE KEY-----\n${WORD}`],
];

test.each(SECRETS)('a key of %s is hidden in text, in JSON and in code', (_, secret) => {
  expect(hideSecretForms(`it is ${secret}`)).toBe('it is [redacted]');
  const inJson = hideSecretForms(JSON.stringify({ key: secret.split('\n')[0] }));
  expect(inJson).not.toContain(secret.split('\n')[0]!.slice(-12));
  expect(hideSecretsIn({ a: [{ b: `x ${secret}` }] })).toEqual({ a: [{ b: 'x [redacted]' }] });
});

test.each([
  [`Authorization: Bearer ${WORD}`, 'Authorization: Bearer [redacted]'],
  ['postgresql://shop:pw@db.local/shop', 'postgresql://shop:[redacted]@db.local/shop'],
  ['API_KEY=abc12345xyz and more', 'API_KEY=[redacted] and more'],
  ['{"password": "hunter22!"}', '{"password": "[redacted]"}'],
  ["client_secret: 'a1b2c3d4e5'", "client_secret: '[redacted]'"],
])('%s: what stands where only a secret does is hidden', (text, expected) => {
  expect(hideSecretForms(text)).toBe(expected);
});

test.each([
  'commit 3f786850e387550fdab836ed7e6dc881de23001b',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'id 550e8400-e29b-41d4-a716-446655440000',
  'ada.lovelace@example.com, +44 20 7946 0958',
  'https://example.com:8080/a?b=c@d',
  'token: string, password: required, max_tokens: 4096',
  'a basic understanding of bearer instruments',
  'risk-averse-task-force-and-other-things',
  'skeleton-key.txt, sk-SK, AKIA',
  '{"path": "letters/2024-05-12-token-ring.txt"}',
])('%s stays', (text) => {
  expect(hideSecretForms(text)).toBe(text);
});

test.each(['sk-', 'token:', 'eyJ-', 'a-', 'bearer ', '-----BEGIN ', 'http://a:'])(
  'a text of many %s takes no longer than it is long',
  (piece) => {
    const start = performance.now();
    hideSecretForms(piece.repeat(1_000_000 / piece.length));
    expect(performance.now() - start).toBeLessThan(5000);
  },
);
