import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { hashInput } from '../core/hash-input.ts';
import { readJsonFile } from '../core/json-file.ts';
import { type Catalogue, CatalogueSchema, type Tool } from '../core/tool.ts';
import { distractorsFor } from '../datasets/distractors-for.ts';

/** A catalogue of other servers' tools, that are put on offer and never called. */
export interface DistractorCatalogue {
  /** sha256 of the file. @throws ToolkitError (input) where it cannot be read */
  hash(): Promise<string>;
  /** Its tools whose names a catalogue leaves free. */
  toolsFor(catalogue: Catalogue): Promise<Tool[]>;
}

/** @param file relative to the workspace */
export function distractorCatalogue({ workspace }: Pick<Context, 'workspace'>, file: string): DistractorCatalogue {
  const path = resolve(workspace, file);
  return {
    hash: () => hashInput(path, 'distractors', { expected: 'a catalogue.json, as `pnpm pipeline discover` writes it' }),
    toolsFor: async (catalogue) => distractorsFor(catalogue, await readJsonFile(path, CatalogueSchema)),
  };
}
