import { z } from 'zod';
import { MAIN_SYSTEMS, type SystemName } from './system-names.ts';
import { ModelSchema } from './systems/model-settings.ts';
import {
  LabelSchema,
  READY_SYSTEMS,
  SELECTORS,
  type System,
  SystemSchema,
  WRITERS,
} from './systems/system-settings.ts';

/** `evaluate` in workspace.yaml. */
export const EvaluateSchema = z
  .strictObject({
    /** Names of ready systems, and systems that are put together. */
    systems: z
      .array(SystemSchema)
      .min(1)
      .default([...MAIN_SYSTEMS]),
    /** Models that systems name: OpenAI-compatible endpoints, or GGUF files. */
    models: z.record(LabelSchema, ModelSchema).default({}),
    /** Runs the predicted calls in the sandbox for `executed_ok`. */
    execute: z.boolean().default(true),
    /** Most cases, drawn by the seed; absent: all of the held-out split. */
    limit: z.number().int().positive().optional(),
  })
  .superRefine(({ systems, models }, context) => {
    const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    const known = Object.keys(models);
    for (const name of known)
      if (WORDS.has(name)) refuse(['models', name], `another name than ${[...WORDS].join(', ')}, which have a meaning`);
    const names = new Set<string>();
    for (const [index, one] of systems.entries()) {
      const { name } = systemOf(one);
      if (names.has(name)) refuse(['systems', index], `a name that no system before has: ${name}`);
      if (typeof one !== 'string' && name in READY_SYSTEMS)
        refuse(['systems', index, 'name'], `another name: \`${name}\` stands for a ready system`);
      names.add(name);
      const model = modelOf(systemOf(one));
      if (model !== undefined && !known.includes(model))
        refuse(
          ['systems', index, 'model'],
          `one of evaluate.models (${known.join(', ') || 'there are none'}): ${model}`,
        );
    }
  });

const WORDS: ReadonlySet<string> = new Set([...SELECTORS, ...WRITERS]);

/** The system that an item of the settings stands for. */
export function systemOf(one: SystemName | System): System {
  return typeof one === 'string' ? READY_SYSTEMS[one] : one;
}

/** The model that is a system of its own. */
function modelOf(system: System): string | undefined {
  return system.kind === 'model' ? (system.model ?? system.name) : undefined;
}
