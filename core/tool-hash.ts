import { hashJson } from './hash.ts';
import type { Tool } from './tool.ts';

/** The hash of a tool's content, as a catalogue has it: what a model is shown, and what the server says of its effects. */
export function toolHash({
  name,
  description,
  inputSchema,
  annotations,
}: Pick<Tool, 'name' | 'description' | 'inputSchema' | 'annotations'>): string {
  return hashJson({ name, description, inputSchema, annotations });
}
