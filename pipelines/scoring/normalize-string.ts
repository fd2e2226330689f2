/** How BFCL compares strings: without space , . / - _ * ^, in lower case, with double quotes. */
export function normalizeString(text: string): string {
  return text
    .replaceAll(/[ ,./\-_*^]/g, '')
    .toLowerCase()
    .replaceAll("'", '"');
}
