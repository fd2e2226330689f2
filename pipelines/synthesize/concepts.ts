import type { Tool } from '../../core/tool.ts';
import { type Slot, slotsOf } from './slots.ts';
import { firstSentence, wordsOf } from './tool-words.ts';

/** What a tool does, as far as people's words for it are concerned. Each has a bank of phrases; `generic` builds them from the description. */
export type Concept =
  | 'view'
  | 'view-many'
  | 'info'
  | 'write'
  | 'edit'
  | 'make-folder'
  | 'list'
  | 'sizes'
  | 'tree'
  | 'move'
  | 'copy'
  | 'delete-path'
  | 'find'
  | 'scope'
  | 'records-new'
  | 'links-new'
  | 'facts-new'
  | 'facts-gone'
  | 'links-gone'
  | 'names-gone'
  | 'dump'
  | 'search'
  | 'open'
  | 'generic';

export interface ToolModel {
  tool: Tool;
  concept: Concept;
  slots: Slot[];
}

interface Row {
  concept: Concept;
  /** Required parameters by label, sorted, joined by `+`. */
  takes: readonly string[];
  /** Tested on the words of the tool's name. */
  name: RegExp;
  /** Tested on the description's first sentence. */
  about?: RegExp;
}

const GET = /\b(read|get|show|view|open|load|cat|fetch|print|display|retrieve)\b/;
const MAKE = /\b(create|add|make|new|insert|store|save|register|put)\b/;
const DELETE = /\b(delete|remove|erase|drop|unlink|forget|rm)\b/;

/** The first row that fits counts. */
const ROWS: readonly Row[] = [
  {
    concept: 'info',
    takes: ['path', 'file', 'folder'],
    name: /\b(info|stat|stats|metadata|details|properties|attributes)\b/,
  },
  { concept: 'delete-path', takes: ['path', 'file', 'folder'], name: DELETE },
  { concept: 'make-folder', takes: ['new folder'], name: /\b(create|make|mkdir|new|add)\b/ },
  { concept: 'sizes', takes: ['folder', 'path'], name: /\bsizes?\b/ },
  { concept: 'tree', takes: ['folder', 'path'], name: /\b(tree|recursive|hierarchy)\b/ },
  { concept: 'list', takes: ['folder'], name: /\b(list|ls|dir|browse|directory)\b/ },
  { concept: 'view', takes: ['file', 'path'], name: GET },
  { concept: 'view-many', takes: ['files', 'paths'], name: GET },
  { concept: 'write', takes: ['new file+text', 'new path+text', 'file+text'], name: /\b(write|create|save|new|put)\b/ },
  {
    concept: 'edit',
    takes: ['edits+file', 'edits+path', 'file+new-text+old-text'],
    name: /\b(edit|replace|patch|change|update|modify)\b/,
  },
  { concept: 'move', takes: ['destination+path', 'destination+file'], name: /\b(move|rename|mv)\b/ },
  { concept: 'copy', takes: ['destination+path', 'destination+file'], name: /\b(copy|duplicate|cp)\b/ },
  { concept: 'find', takes: ['folder+glob', 'glob+path', 'glob'], name: /\b(search|find|glob|locate)\b/ },
  {
    concept: 'scope',
    takes: [''],
    name: /\b(allowed|permitted|accessible|roots)\b/,
    about: /director|folder|path|root/i,
  },
  { concept: 'records-new', takes: ['records'], name: MAKE },
  { concept: 'links-new', takes: ['links'], name: MAKE },
  { concept: 'facts-new', takes: ['facts'], name: MAKE },
  { concept: 'facts-gone', takes: ['facts'], name: DELETE },
  { concept: 'links-gone', takes: ['links'], name: DELETE },
  { concept: 'names-gone', takes: ['names'], name: DELETE, about: /entit|node|graph|memor/i },
  { concept: 'dump', takes: [''], name: /\b(read|get|dump|export|list)\b.*\b(graph|memory|everything|all)\b/ },
  { concept: 'search', takes: ['query'], name: /\b(search|find|lookup)\b/, about: /graph|node|entit|memor|knowledge/i },
  { concept: 'open', takes: ['names'], name: GET, about: /graph|node|entit|memor|knowledge/i },
];

/** Values that the user gave, by tool id or `server.*`, and by parameter. */
export type GivenValues = Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;

/** Reads from name, description and schema what a tool does and what its parameters mean. */
export function modelOf(tool: Tool, values: GivenValues = {}): ToolModel {
  const given = { ...values[`${tool.server}.*`], ...values[tool.id] };
  const slots = slotsOf(tool).map((slot) =>
    Object.hasOwn(given, slot.name) ? { ...slot, given: given[slot.name] } : slot,
  );
  const takes = slots
    .filter(({ required }) => required)
    .map(labelOf)
    .sort()
    .join('+');
  const name = wordsOf(tool.name).join(' ');
  const about = firstSentence(tool.description);
  const row = ROWS.find(
    (candidate) =>
      candidate.takes.includes(takes) && candidate.name.test(name) && (candidate.about?.test(about) ?? true),
  );
  return { tool, concept: row?.concept ?? 'generic', slots };
}

/** `file`, `files`, `new folder`; objects in an array by what they hold: `records`, `links`, `facts`, `edits`. */
export function labelOf(slot: Slot): string {
  if (slot.kind === 'object') return shapeOf(slot);
  const isPath = slot.kind === 'file' || slot.kind === 'folder' || slot.kind === 'path';
  return `${slot.fresh && isPath ? 'new ' : ''}${slot.kind}${slot.array ? 's' : ''}`;
}

function shapeOf(slot: Slot): string {
  const kinds = slot.members
    .map(({ kind, array }) => `${kind}${array ? 's' : ''}`)
    .sort()
    .join('+');
  const shapes: Record<string, string> = {
    'new-text+old-text': 'edits',
    'name+statements+type': 'records',
    'name+name+relation': 'links',
    'name+statements': 'facts',
  };
  return slot.array ? (shapes[kinds] ?? 'objects') : 'object';
}
