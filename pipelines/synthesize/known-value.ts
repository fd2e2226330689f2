import { textsIn } from '../texts-in.ts';
import type { Arguments } from './sampling.ts';
import { isKey, kindOfRow, type ServerState, valuesOf } from './state.ts';

/** A value in a call's arguments that names something which the server holds. */
export interface KnownValue {
  value: string;
  /** The word for what it names; `undefined` for a path. */
  kind: string | undefined;
  /** What else the arguments say. */
  others: readonly string[];
  /** The arguments with another value in its place. */
  replaced(value: string): Arguments;
}

/** All such values of a call, at any depth. One that stands twice is left out: it would not be clear which is wrong. */
export function knownValues(state: ServerState, args: Arguments): KnownValue[] {
  const paths = new Set([...state.files, ...state.folders]);
  const texts = textsIn(args);
  return texts.flatMap((value, index) => {
    const others = texts.filter((_, other) => other !== index);
    const kind = kindOf(state, value);
    if (others.includes(value) || (kind === undefined && !paths.has(value))) return [];
    return { value, kind, others, replaced: (other) => replaceText(args, value, other) as Arguments };
  });
}

/** The names of all things that the server showed. */
export function namesIn({ collections }: Pick<ServerState, 'collections'>): string[] {
  return collections.flatMap((collection) =>
    Object.keys(collection.rows[0] ?? {})
      .filter((key) => isKey(collection, key))
      .flatMap((key) => valuesOf(collection, key)),
  );
}

function kindOf({ collections }: ServerState, name: string): string | undefined {
  for (const collection of collections) {
    const row = collection.rows.find((each) =>
      Object.entries(each).some(([key, value]) => value === name && isKey(collection, key)),
    );
    if (row !== undefined) return kindOfRow(collection, row);
  }
  return undefined;
}

function replaceText(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return value === from ? to : value;
  if (Array.isArray(value)) return value.map((item) => replaceText(item, from, to));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaceText(member, from, to)]));
}
