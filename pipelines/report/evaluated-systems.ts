import { z } from 'zod';
import type { Manifest } from '../../core/manifest.ts';
import { READY_SYSTEMS } from '../evaluate/systems/system-settings.ts';

/** What of a system's declaration tells which adapters wrote. */
const EvaluatedSystemSchema = z.object({
  name: z.string(),
  kind: z.string(),
  selector: z.string().optional(),
  arguments: z.string().optional(),
  /** Of other adapters than the workspace's. */
  bundle: z.string().optional(),
});
export type EvaluatedSystem = z.infer<typeof EvaluatedSystemSchema>;

const SettingsSchema = z.object({ systems: z.array(z.union([z.string(), EvaluatedSystemSchema])) });

/** The systems that an evaluation compared, in its order, as its manifest has them: ready ones by name. Of older manifests, which name none, nothing is known but the ready ones. */
export function evaluatedSystems({ settings }: Pick<Manifest, 'settings'>): EvaluatedSystem[] {
  const ready: Record<string, EvaluatedSystem> = READY_SYSTEMS;
  const found = SettingsSchema.safeParse(settings);
  if (!found.success) return Object.values(ready);
  return found.data.systems.flatMap((one) => (typeof one === 'string' ? (ready[one] ?? []) : one));
}
