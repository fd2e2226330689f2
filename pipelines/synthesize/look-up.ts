import { posix } from 'node:path';
import { labelOf, type ToolModel } from './concepts.ts';
import type { Misnamed } from './misname.ts';
import type { Arguments } from './sampling.ts';

/** A call that may show what is meant by a wrong value, and which of some values its result shows. */
export interface LookUp {
  model: ToolModel;
  args: Arguments;
  shows(content: string, values: readonly string[]): string[];
}

/** The calls of read-only tools by which one may look for what is meant. @param isPath whether the value is a path, not a name */
export function lookUps(models: readonly ToolModel[], misnamed: Misnamed, isPath: boolean): LookUp[] {
  return models.filter(looksUp).flatMap((model) => lookUpBy(model, misnamed, isPath) ?? []);
}

/** Whether a tool can be used to look for things. */
export function looksUp({ tool, concept, slots }: ToolModel): boolean {
  const isSearch = concept === 'list' || concept === 'find' || concept === 'search';
  return tool.annotations.readOnlyHint === true && (isSearch || slots.every(({ required }) => !required));
}

const mentioned: LookUp['shows'] = (content, values) => values.filter((value) => content.includes(value));

function lookUpBy(model: ToolModel, { wrong, piece, placeless }: Misnamed, isPath: boolean): LookUp | undefined {
  const required = model.slots.filter((slot) => slot.required);
  const fill = (value: (label: string) => unknown) =>
    Object.fromEntries(required.map((slot) => [slot.name, value(labelOf(slot))]));
  const folder = placeless ? '.' : posix.dirname(wrong);
  if (isPath && model.concept === 'list' && !placeless) {
    const inFolder = (values: readonly string[]) => values.filter((value) => posix.dirname(value) === folder);
    const shows: LookUp['shows'] = (content, values) =>
      inFolder(values).filter((value) => content.includes(posix.basename(value)));
    return { model, args: fill(() => folder), shows };
  }
  if (isPath && model.concept === 'find')
    return { model, args: fill((label) => (label === 'glob' ? patternFor(piece) : folder)), shows: mentioned };
  if (isPath) return undefined;
  if (model.concept === 'search') return { model, args: fill(() => piece), shows: mentioned };
  return required.length === 0 ? { model, args: {}, shows: mentioned } : undefined;
}

/** A whole file name as it is, a piece of one anywhere in a name. */
function patternFor(piece: string): string {
  return piece.includes('.') ? `**/${piece}` : `**/*${piece}*`;
}
