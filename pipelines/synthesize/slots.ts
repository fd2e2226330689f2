import { resolveReference } from '../../core/schema-reference.ts';
import type { JsonSchema, Tool } from '../../core/tool.ts';
import { firstSentence, stemOf, wordsOf } from './tool-words.ts';

/** What a parameter means, as far as its name, description and schema tell. */
export type Kind =
  | 'file'
  | 'folder'
  | 'path'
  | 'destination'
  | 'glob'
  | 'exclude'
  | 'old-text'
  | 'new-text'
  | 'text'
  | 'name'
  | 'type'
  | 'relation'
  | 'statement'
  | 'query'
  | 'count'
  | 'flag'
  | 'choice'
  | 'date'
  | 'time'
  | 'email'
  | 'url'
  | 'timezone'
  | 'number'
  | 'id'
  | 'word'
  | 'object'
  | 'unknown';

export interface Slot {
  name: string;
  kind: Kind;
  /** The value must not exist yet: the tool makes it. */
  fresh: boolean;
  required: boolean;
  array: boolean;
  schema: JsonSchema;
  /** Lower-case words of name and description, for matching with what servers return. */
  words: string[];
  nameWords: string[];
  /** The members of an object, or of the objects in an array. */
  members: Slot[];
  /** Values that the user gave. */
  given?: readonly unknown[];
}

/** Words in names and descriptions that tell a string parameter's kind; the first row that matches counts. */
const STRING_KINDS: readonly { kind: Kind; name?: RegExp; description?: RegExp }[] = [
  { kind: 'exclude', name: /exclude|ignore|skip/ },
  { kind: 'old-text', name: /^(old|find|search|before|original)[\s_-]?(text|str|string|value|line|content)?$/i },
  {
    kind: 'new-text',
    name: /^(new|replace|replacement|after|updated)[\s_-]?(text|str|string|value|line|content|with)?$/i,
  },
  { kind: 'glob', name: /pattern|glob|wildcard/ },
  {
    kind: 'destination',
    name: /^(dest|destination|target|to|new)_?(path|file|dir|directory|folder|location)$|^(dest|destination|target)$/i,
  },
  { kind: 'path', name: /path|^files?$|filename|file_?name|^dir|directory|folder|^source$|^src$/i },
  { kind: 'relation', name: /relation|predicate|edge_?type|link_?type/i },
  { kind: 'statement', name: /observation|fact|remark|comment/i },
  { kind: 'type', name: /type|category|kind$/i },
  { kind: 'email', name: /e?mail/i },
  { kind: 'url', name: /url|uri|link$|href/i },
  { kind: 'timezone', name: /time_?zone|^tz/i },
  { kind: 'date', name: /date|^day$|deadline|due/i },
  { kind: 'time', name: /time|hour/i },
  { kind: 'query', name: /query|search|^q$|keyword|term|phrase/i },
  { kind: 'statement', description: /\b(observations?|facts?|remarks?)\b.*\bcontents?\b/i },
  { kind: 'id', name: /(^|_|[a-z])id$|^ids?$|uuid|sha|hash|number$/i },
  {
    kind: 'name',
    name: /name|title|entity|node|person|user|owner|assignee|recipient|^from$|^to$|^source|^target|label|key$/i,
  },
  { kind: 'text', name: /content|text|body|message|note|description|summary|prompt|thought|reason|value/i },
  { kind: 'name', description: /\bname of\b/i },
  { kind: 'path', description: /\b(path|folder|directory) (of|to|where)\b/i },
];

/** Verbs whose object is made by the call. */
const MAKES = new Set([
  'create',
  'make',
  'add',
  'new',
  'write',
  'insert',
  'save',
  'store',
  'register',
  'mkdir',
  'touch',
  'append',
  'put',
  'post',
]);
const LOOKS_INTO = /^(list|search|find|browse|ls|dir|tree|walk|scan|glob|grep)$/;

/** Reads what a tool's parameters mean. */
export function slotsOf(tool: Tool): Slot[] {
  const { inputSchema } = tool;
  const schema = inputSchema.$ref === undefined ? inputSchema : concrete(inputSchema, inputSchema);
  return members(tool, schema, { words: [], properties: [] });
}

/** What a schema stands inside of. */
interface Outer {
  /** Of the parameters' names. */
  words: string[];
  /** The `properties` of every object, outermost first. */
  properties: unknown[];
}

const MAX_DEPTH = 5;

/** None where objects of a kind stand inside one another (a tree's nodes), or too deep: such a schema may have no end. */
function members(tool: Tool, schema: JsonSchema, { words, properties }: Outer): Slot[] {
  if (properties.includes(schema.properties) || properties.length > MAX_DEPTH) return [];
  const required = new Set((schema.required as string[] | undefined) ?? []);
  const outer = { words, properties: [...properties, schema.properties] };
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, member]) =>
    slotOf(tool, name, member, { required: required.has(name), outer }),
  );
}

interface Standing {
  required: boolean;
  outer: Outer;
}

function slotOf(tool: Tool, name: string, given: JsonSchema, { required, outer }: Standing): Slot {
  const schema = concrete(given, tool.inputSchema);
  const array = schema.type === 'array';
  const item = array ? concrete((schema.items ?? {}) as JsonSchema, tool.inputSchema) : schema;
  const description = String(schema.description ?? item.description ?? '');
  const kind = kindOf(tool, name, description, item);
  const nameWords = wordsOf(name).map(stemOf);
  const words = [...new Set([...nameWords, ...outer.words, ...wordsOf(description).map(stemOf)])];
  const inner = kind === 'object' ? members(tool, item, { ...outer, words: [...outer.words, ...nameWords] }) : [];
  return {
    name,
    kind,
    fresh: isFresh(tool, kind, name, description),
    required,
    array,
    schema: array ? schema : item,
    words,
    nameWords,
    members: inner,
  };
}

/** Follows `$ref` and takes the first alternative that is no null. */
function concrete(schema: JsonSchema, root: JsonSchema, depth = 0): JsonSchema {
  if (depth > 5) return schema;
  if (typeof schema.$ref === 'string') {
    const target = resolveReference(schema.$ref, root) as JsonSchema | undefined;
    return concrete({ ...target, ...omit(schema, '$ref') }, root, depth + 1);
  }
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  const option = options?.find(({ type }) => type !== 'null');
  if (option) return concrete({ ...omit(schema, 'anyOf', 'oneOf'), ...option }, root, depth + 1);
  return Array.isArray(schema.type) ? { ...schema, type: schema.type.find((type) => type !== 'null') } : schema;
}

function omit(schema: JsonSchema, ...keys: string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function kindOf(tool: Tool, name: string, description: string, schema: JsonSchema): Kind {
  if (schema.enum !== undefined || schema.const !== undefined) return 'choice';
  if (schema.type === 'boolean') return 'flag';
  if (schema.type === 'object' || schema.properties !== undefined) return 'object';
  if (schema.type === 'integer') return 'count';
  if (schema.type === 'number')
    return /head|tail|limit|count|max|min|lines|page|size|depth|top|n$/i.test(name) ||
      /\bnumber of\b|\blines\b/i.test(description)
      ? 'count'
      : 'number';
  if (schema.type !== 'string' && schema.type !== undefined) return 'unknown';
  const byFormat: Record<string, Kind> = {
    date: 'date',
    'date-time': 'date',
    time: 'time',
    email: 'email',
    uri: 'url',
  };
  const format = byFormat[String(schema.format ?? '')];
  if (format) return format;
  const row = STRING_KINDS.find(
    (candidate) =>
      candidate.name?.test(name) ||
      (candidate.description !== undefined && description !== '' && candidate.description.test(description)),
  );
  const kind = row?.kind ?? 'word';
  return kind === 'path' ? pathKind(tool, name) : kind;
}

/** Whether a path is that of a file, of a folder or of either. */
function pathKind(tool: Tool, name: string): Kind {
  const words = wordsOf(tool.name);
  const about = firstSentence(tool.description).toLowerCase();
  if (/dir|folder/i.test(name)) return 'folder';
  if (words.some((word) => LOOKS_INTO.test(word)) || words.some((word) => /^(director|folder)/.test(word)))
    return 'folder';
  if (/\bfiles?\b/.test(about) && /\b(director(y|ies)|folders?)\b/.test(about)) return 'path';
  if (/\bfiles?\b/.test(`${words.join(' ')} ${about}`)) return 'file';
  return 'path';
}

/** A thing is new where the tool makes things of that noun; other values of such a call refer to things that exist. */
function isFresh(tool: Tool, kind: Kind, name: string, description: string): boolean {
  if (kind === 'destination' || kind === 'new-text' || kind === 'text') return true;
  const [verb = '', ...object] = wordsOf(tool.name);
  if (!MAKES.has(verb)) return false;
  if (kind === 'file' || kind === 'folder' || kind === 'path' || kind === 'statement') return true;
  if (kind !== 'name') return false;
  const nouns = new Set(object.map(stemOf));
  const about = wordsOf(`${name} ${description}`).map(stemOf);
  return (
    !/\bexisting|to add\b|\bto attach\b|starts?\b|ends?\b/i.test(description) &&
    (object.length === 0 || about.some((word) => nouns.has(word)))
  );
}
