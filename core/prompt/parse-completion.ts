import { settledBefore } from '../settled-text.ts';
import { readJsonAt } from './read-json.ts';
import type { Parsed } from './renderer.ts';
import type { TurnFormat } from './turn-format.ts';

type Path = (string | number)[];

/** How a call is found in what a model wrote. */
interface Envelope {
  /** What announces a call; empty where a call is announced by its JSON alone. */
  opener: string;
  name: Path;
  arguments: Path;
}

/** Reads completions, whole and unfinished ones. */
export interface CompletionParser {
  parse(completion: string): Parsed;
  /** Of an unfinished completion, what is certain to be words of an answer, however it goes on: all before a call, without space around it. */
  wordsSoFar(completion: string): string;
}

/**
 * Makes the parser of a template's completions. Spacing, and what stands around the call, may differ from the template's own text.
 */
export function completionParser(format: TurnFormat): CompletionParser {
  const envelope = readEnvelope(format);
  const opener = envelope?.opener ?? format.beforeName.trim();
  return {
    parse(completion) {
      const text = completion.split(format.stop, 1)[0]!.trim();
      return envelope === undefined ? parseFlat(text, format) : parseEnvelope(text, envelope);
    },
    wordsSoFar(completion) {
      // Where nothing announces a call, only its JSON does, at the beginning; or nothing at all.
      const text = completion.trimStart();
      if (opener === '' && (envelope === undefined || /^[{[]/.test(text))) return '';
      return settledBefore(text, opener === '' ? [format.stop] : [format.stop, opener]).trimEnd();
    },
  };
}

/** Where name and arguments lie in the JSON that the template makes of a call. `undefined` where the call as a whole is no JSON. */
function readEnvelope(format: TurnFormat): Envelope | undefined {
  const args = { sentinelkey: 1 };
  const turn = `${format.beforeName}sentinelname${format.beforeArguments}${JSON.stringify(args)}${format.afterArguments}`;
  for (let start = 0; start < format.beforeName.length; start++) {
    const json = readJsonAt(turn, start);
    const name = json && pathTo(json.value, (value) => value === 'sentinelname');
    const where = json && pathTo(json.value, (value) => isObject(value) && 'sentinelkey' in value);
    if (name && where) return { opener: turn.slice(0, start).trim(), name, arguments: where };
  }
  return undefined;
}

function parseEnvelope(text: string, envelope: Envelope): Parsed {
  const opener = text.indexOf(envelope.opener);
  const start = opener + envelope.opener.length + leadingSpace(text.slice(opener + envelope.opener.length));
  const isJson = text[start] === '{' || text[start] === '[';
  if (opener < 0 || (envelope.opener === '' && !isJson)) return { text };
  const json = readJsonAt(text, start);
  if (json === undefined) return { malformed: isJson ? 'the call is not valid JSON' : 'no JSON where a call begins' };
  const name = at(json.value, envelope.name);
  const args = at(json.value, envelope.arguments);
  if (typeof name !== 'string') return { malformed: 'the call has no name' };
  return args === undefined
    ? { malformed: 'the call has no arguments' }
    : { call: { promptName: name, arguments: args } };
}

/** For templates whose calls are name and JSON in some other frame: `name⏎```json⏎{…}`. */
function parseFlat(text: string, format: TurnFormat): Parsed {
  const opener = format.beforeName.trim();
  const start = text.indexOf(opener);
  const separator = format.beforeArguments.trim();
  const nameEnd = text.indexOf(separator === '' ? '{' : separator, start + opener.length);
  if (start < 0 || nameEnd < 0)
    return opener !== '' && start >= 0 ? { malformed: 'the call has no arguments' } : { text };
  const json = readJsonAt(text, text.indexOf('{', nameEnd));
  if (json === undefined) return { malformed: 'the arguments are not valid JSON' };
  return { call: { promptName: text.slice(start + opener.length, nameEnd).trim(), arguments: json.value } };
}

function pathTo(value: unknown, wanted: (value: unknown) => boolean): Path | undefined {
  if (wanted(value)) return [];
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    const rest = pathTo(member, wanted);
    if (rest) return [Array.isArray(value) ? Number(key) : key, ...rest];
  }
  return undefined;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (isObject(part) && Object.hasOwn(part, key) ? (part as never)[key] : undefined),
    value,
  );
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

function leadingSpace(text: string): number {
  return text.length - text.trimStart().length;
}
