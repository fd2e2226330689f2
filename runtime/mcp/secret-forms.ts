/** What stands in place of a secret. */
export const HIDDEN = '[redacted]';

/**
 * Secrets that can be told by their form alone, wherever they come from: a file that a tool reads, a row of a table. Each begins with what its
 * issuer gives it or stands where only a secret does, so that hashes, ids and plain words stay; `keep` is the part that is shown. What is looked
 * for ahead is bounded: texts come from servers, and no pattern may take longer than the text is long.
 */
const FORMS: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  /\bgh[pousr]_[A-Za-z0-9]{30,}\b/g,
  /\bgithub_pat_\w{40,}/g,
  /\bglpat-[\w-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\b[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bsk-(?=[\w-]{0,200}\d)[\w-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[\w-]{50,}/g,
  /\bSG\.[\w-]{20,}\.[\w-]{20,}/g,
  /\beyJ[\w-]{10,500}\.eyJ[\w-]{10,}\.[\w-]+/g,
  /(?<keep>\b(?:bearer|basic)\s+)(?=[^\s"']{0,200}[\d=_])[\w.~+/-]{16,}=*/gi,
  /(?<keep>\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{1,100}:)[^\s/@"']{1,200}(?=@)/gi,
  // `API_KEY=…`, `"password": "…"`: with a digit, as `token: string` of a documentation is none.
  /(?<keep>\b(?:[a-z0-9]{1,30}[_-]){0,4}(?:api_?-?key|secret|token|passwd|password|access_?-?key)["']?\s{0,3}[:=]\s{0,3}["']?)(?=[^\s"',;]{0,200}\d)[^\s"',;[\]{}]{8,}/gi,
];

/** Whether something in a text has the form of a secret. What was hidden has not. */
export function hasSecretForm(text: string): boolean {
  return hideSecretForms(text) !== text;
}

/** A text without what has the form of a secret. */
export function hideSecretForms(text: string): string {
  return FORMS.reduce(
    (rest, form) =>
      rest.replace(form, (_found, ...matched) => {
        const groups: unknown = matched.at(-1);
        return ((groups as { keep?: string } | undefined)?.keep ?? '') + HIDDEN;
      }),
    text,
  );
}

/** A value without secrets in its texts, at any depth; names of members stay. */
export function hideSecretsIn<T>(value: T): T {
  return hideIn(value) as T;
}

function hideIn(value: unknown): unknown {
  if (typeof value === 'string') return hideSecretForms(value);
  if (Array.isArray(value)) return value.map(hideIn);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hideIn(member)]));
}
