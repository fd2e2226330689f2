const STRING = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/y;
const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(000[0-9a-f]{5}|0010[0-9a-f]{4})|(.))/g;
const NAMED: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** A dictionary of texts as Python prints it (`{'name': "it's"}`), as in the calls of Toucan. `undefined` where it is none. */
export function printedDict(text: string): Record<string, string | null> | undefined {
  const members = new Map<string, string | null>();
  let at = 0;
  const take = (token: string) => {
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const takeString = () => {
    STRING.lastIndex = at;
    const found = STRING.exec(text)?.[0];
    at += found?.length ?? 0;
    return found === undefined ? undefined : plain(found);
  };
  if (!take('{')) return undefined;
  while (!take('}')) {
    if (members.size > 0 && !take(', ')) return undefined;
    const key = takeString();
    if (key === undefined || !take(': ')) return undefined;
    const value = take('None') ? null : takeString();
    if (value === undefined) return undefined;
    members.set(key, value);
  }
  return at === text.length ? Object.fromEntries(members) : undefined;
}

function plain(quoted: string): string {
  return quoted.slice(1, -1).replaceAll(ESCAPE, (_all, two, four, eight, other: string) => {
    const code = two ?? four ?? eight;
    return code === undefined ? (NAMED[other] ?? other) : String.fromCodePoint(Number.parseInt(code, 16));
  });
}
