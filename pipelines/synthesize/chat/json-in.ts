/** The JSON in an answer: models that cannot be held to it put it between other words, fences or thoughts. `undefined`: there is none. */
export function jsonIn(content: string): unknown {
  const text = content.replace(/^[\s\S]*<\/think>/, '');
  for (const part of [text, text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)]) {
    try {
      return JSON.parse(part);
    } catch {}
  }
  return undefined;
}
