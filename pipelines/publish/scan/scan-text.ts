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

/** More than samples have: JSON of arguments in the text of a span, that a tool's result may hold once more. */
const DEEPEST = 4;
const ESCAPED = /\\(?:u([0-9a-f]{4})|([\s\S]))/gi;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/**
 * All that a text must not hold, as it stands and without the escapes of JSON in JSON: the letter of a `\n` would seem to be the first of what
 * follows it, and a `\"` no quotation mark. @param text a line, or a part of one
 */
export function scanText(text: string, known: readonly KnownValue[]): Hit[] {
  const forms = unescapedForms(text);
  const addresses = emailAddresses(forms.at(-1)!).map((found) => ({ kind: 'e-mail address', text: found }));
  const hits = [...forms.flatMap((form) => scanForm(form, known)), ...addresses];
  return [...new Map(hits.map((hit) => [`${hit.kind} ${hit.text}`, hit])).values()];
}

function scanForm(text: string, known: readonly KnownValue[]): Hit[] {
  return [
    ...known.filter((value) => text.includes(value.text)),
    ...(hasSecretForm(text) ? [{ kind: 'form of a secret', text: '' }] : []),
    ...[...text.matchAll(ROOT)].map(([found]) => ({ kind: 'home folder', text: found })),
    ...[...text.matchAll(HOME)].flatMap(([found]) =>
      ANYBODY.test(found) ? [] : [{ kind: 'home folder', text: found.replaceAll(/\\+/g, '\\') }],
    ),
  ];
}

/** A text as it is, then without one level of escapes after the other. */
function unescapedForms(text: string): string[] {
  const forms = [text];
  while (forms.length <= DEEPEST && forms.at(-1)!.includes('\\')) forms.push(unescaped(forms.at(-1)!));
  return forms;
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (_found, code: string | undefined, letter: string) =>
    code === undefined ? (CONTROLS[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
