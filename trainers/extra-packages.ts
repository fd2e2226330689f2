import { join } from 'node:path';
import { PROJECT_ROOT } from '../core/project.ts';
import { PROJECT_PLACE, type PythonPlace } from './python-environment.ts';

/** What only some trainings need, fetched when it is first needed. */
export type ExtraPackages = 'bitsandbytes' | 'trl';

/** The project's Python environment with more packages in it: environments that lie one above the other, so that nothing is fetched twice. */
export function withPackages(extras: readonly ExtraPackages[]): PythonPlace {
  if (extras.length === 0) return PROJECT_PLACE;
  return {
    folder: join(PROJECT_ROOT, '.cache', extras.join('+'), '.venv'),
    requirements: join(import.meta.dirname, 'python', `${extras.at(-1)}-requirements.txt`),
    above: withPackages(extras.slice(0, -1)),
  };
}
