import { posix } from 'node:path';
import { stemOf, wordsOf } from './tool-words.ts';

export type Row = Record<string, unknown>;

/** Objects of one kind, found under one name in results: `entities`, `issues`. */
export interface Collection {
  name: string;
  rows: Row[];
}

/** Values that a server showed. */
export interface Harvest {
  files: string[];
  folders: string[];
  collections: Collection[];
}

const MARKED_LINE = /^\s*\[(FILE|DIR|DIRECTORY|FOLDER)\]\s+(.+?)(?:\s{2,}.*)?$/i;
const PATH_LINE = /^(?:\.?\.?\/)?[\w.@+() -]+(?:\/[\w.@+() -]+)*\/?$/;
const HAS_EXTENSION = /\.[A-Za-z0-9]{1,5}$/;
const FOLDER_TYPES = new Set(['directory', 'dir', 'folder']);

/** Reads a result: JSON by its structure, text by its lines. `base`: the folder that the call was about. */
export function harvest(content: string, base = ''): Harvest {
  const found: Harvest = { files: [], folders: [], collections: [] };
  const value = parseJson(content);
  if (value !== undefined) walk(value, 'items', base, found);
  else for (const line of content.split('\n')) harvestLine(line, base, found);
  return found;
}

/** Puts several together: no value twice, in an order that does not depend on the server's. */
export function mergeHarvests(parts: readonly Harvest[]): Harvest {
  const unique = (items: string[]) => [...new Set(items)].sort();
  const names = [...new Set(parts.flatMap(({ collections }) => collections.map(({ name }) => name)))].sort();
  return {
    files: unique(parts.flatMap(({ files }) => files)),
    folders: unique(parts.flatMap(({ folders }) => folders)).filter((path) => path !== '.' && path !== ''),
    collections: names.map((name) => {
      const rows = parts.flatMap(({ collections }) =>
        collections.filter((each) => each.name === name).flatMap((each) => each.rows),
      );
      const byText = new Map(rows.map((row) => [JSON.stringify(row), row]));
      return { name, rows: [...byText.keys()].sort().map((key) => byText.get(key)!) };
    }),
  };
}

/** The words by which a parameter can ask for a field. */
export function fieldWords(collection: string, key: string): Set<string> {
  return new Set([...wordsOf(collection), ...wordsOf(key)].map(stemOf));
}

function parseJson(content: string): unknown {
  if (!/^\s*[[{]/.test(content)) return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function walk(value: unknown, name: string, base: string, found: Harvest): void {
  if (Array.isArray(value)) {
    const rows = value.filter(isRow);
    if (rows.length > 0 && rows.every(isTreeNode)) for (const row of rows) walkTree(row, base, found);
    else {
      if (rows.length > 0) found.collections.push({ name, rows: rows.map(flatRow) });
      for (const row of rows) walk(row, name, base, found);
    }
  } else if (isRow(value)) {
    for (const [key, member] of Object.entries(value)) if (typeof member === 'object') walk(member, key, base, found);
  }
}

function isRow(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Strings, numbers and lists of strings: what an argument can be made of. */
function flatRow(row: Row): Row {
  const isFlat = (member: unknown) =>
    typeof member === 'string' ||
    typeof member === 'number' ||
    (Array.isArray(member) && member.every((item) => typeof item === 'string'));
  return Object.fromEntries(Object.entries(row).filter(([, member]) => isFlat(member)));
}

function isTreeNode(row: Row): boolean {
  return (
    typeof row.name === 'string' && typeof row.type === 'string' && (row.type === 'file' || FOLDER_TYPES.has(row.type))
  );
}

function walkTree(node: Row, base: string, found: Harvest): void {
  const path = posix.join(base, String(node.name));
  (node.type === 'file' ? found.files : found.folders).push(path);
  if (Array.isArray(node.children)) for (const child of node.children.filter(isRow)) walkTree(child, path, found);
}

function harvestLine(line: string, base: string, found: Harvest): void {
  const marked = MARKED_LINE.exec(line);
  if (marked) {
    const path = posix.join(base, marked[2]!.trim());
    (marked[1]!.toUpperCase() === 'FILE' ? found.files : found.folders).push(path);
    return;
  }
  const text = line.trim();
  const isPath =
    text.length < 200 &&
    PATH_LINE.test(text) &&
    (text.includes('/') || (HAS_EXTENSION.test(text) && !text.includes(' ')));
  if (isPath) (HAS_EXTENSION.test(text) ? found.files : found.folders).push(text.replace(/\/$/, ''));
}
