/** What a terminal may obey: escape sequences and other control characters, and marks that turn the direction of text. */
const OBEYED = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text that servers, models or child processes wrote, made harmless for a terminal. Line breaks and tabs stay. */
export function safeText(text: string): string {
  return text.replaceAll(OBEYED, '�');
}

/** The same, and what nobody sees: marks without a width, tags, separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A value as JSON on one line in which nothing is hidden from whoever reads it: still the same JSON. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSEEN, (found) =>
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** A name for one line of a terminal: what it must not show is written as in JSON. */
export function plainName(name: string): string {
  return plainJson(name).slice(1, -1);
}
