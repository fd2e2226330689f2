/** What a terminal may obey: escape sequences and other control characters, and marks that turn the direction of text. */
const OBEYED = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text that servers, models or child processes wrote, made harmless for a terminal. Line breaks and tabs stay. */
export function safeText(text: string): string {
  return text.replaceAll(OBEYED, '�');
}
