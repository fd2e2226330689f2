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
  /** All calls of a completion that holds several, in their order, with those that cannot be read; else what `parse` says. */
  parseAll(completion: string): Parsed[];
  /** Of an unfinished completion, what is certain to be words of an answer, however it goes on: all before a call, without space around it. */
  wordsSoFar(completion: string): string;
}

/**
 * Makes the parser of a template's completions. Spacing, and what stands around the call, may differ from the template's own text.
 */
export function completionParser(format: TurnFormat): CompletionParser {
  const envelope = readEnvelope(format);
  const opener = envelope?.opener ?? format.beforeName.trim();
  const wholeText = (completion: string) => completion.split(format.stop, 1)[0]!.trim();
  return {
    parse(completion) {
      const text = wholeText(completion);
      return envelope === undefined ? parseFlat(text, format) : readCalls(text, envelope).parsed[0]!;
    },
    parseAll(completion) {
      const text = wholeText(completion);
      return envelope === undefined ? [parseFlat(text, format)] : parseEnvelopes(text, envelope);
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

/** Calls may stand in one list, or one behind the other, each behind its opener. */
function parseEnvelopes(text: string, envelope: Envelope): Parsed[] {
  const all: Parsed[] = [];
  let rest = text;
  for (;;) {
    const { parsed, end } = readCalls(rest, envelope);
    // Behind a call come the ends of its frame, or words.
    if (all.length > 0 && 'text' in parsed[0]!) return all;
    all.push(...parsed);
    if (end === undefined) return all;
    rest = rest.slice(end).replace(BETWEEN_CALLS, '');
  }
}

/** What stands between calls that nothing announces. */
const BETWEEN_CALLS = /^[\s;,]+/;

/** The first call, or the first list of them, and where its JSON ends; without `end` there is none to be read. */
function readCalls(text: string, envelope: Envelope): { parsed: Parsed[]; end?: number } {
  const opener = text.indexOf(envelope.opener);
  const start = opener + envelope.opener.length + leadingSpace(text.slice(opener + envelope.opener.length));
  const isJson = text[start] === '{' || text[start] === '[';
  if (opener < 0 || (envelope.opener === '' && !isJson)) return { parsed: [{ text }] };
  const json = readJsonAt(text, start);
  if (json === undefined)
    return { parsed: [{ malformed: isJson ? 'the call is not valid JSON' : 'no JSON where a call begins' }] };
  const { value, end } = json;
  const [place, ...inner] = envelope.name;
  if (!Array.isArray(value) || place !== 0 || value.length === 0) return { parsed: [callAt(value, envelope)], end };
  const element = { ...envelope, name: inner, arguments: envelope.arguments.slice(1) };
  return { parsed: value.map((one) => callAt(one, element)), end };
}

function callAt(value: unknown, { name: namePath, arguments: argumentsPath }: Envelope): Parsed {
  const name = at(value, namePath);
  const args = at(value, argumentsPath);
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
