import { emailAddresses } from '../../../runtime/email-pseudonyms.ts';
import { hasSecretForm } from '../../../runtime/mcp/secret-forms.ts';
import type { KnownValue } from './known-values.ts';

/** What a text must not hold. */
export interface Hit {
  kind: string;
  /** As it is written; for the allow list only. */
  text: string;
}

/** Home folders of people, as Linux, macOS and Windows have them, in JSON too. */
const HOME = /(?:(?<![\w.])\/(?:home|Users)\/|\b[A-Za-z]:(?:\\{1,4}|\/)Users(?:\\{1,4}|\/))[\w.-]+/g;
/** The same of the user root. */
const ROOT = /(?<![\w.#/])\/root\/[\w.-]+/g;
/** Names that stand for anybody. */
const ANYBODY = /[\\/](?:user|username|you|me|someone|name|runner|shared|public)$/i;

/** All that a text must not hold. @param text a line, or a part of one */
export function scanText(text: string, known: readonly KnownValue[]): Hit[] {
  return [
    ...known.filter((value) => text.includes(value.text)),
    ...(hasSecretForm(text) ? [{ kind: 'form of a secret', text: '' }] : []),
    ...emailAddresses(text).map((found) => ({ kind: 'e-mail address', text: found })),
    ...[...text.matchAll(ROOT)].map(([found]) => ({ kind: 'home folder', text: found })),
    ...[...text.matchAll(HOME)].flatMap(([found]) =>
      ANYBODY.test(found) ? [] : [{ kind: 'home folder', text: found }],
    ),
  ];
}
