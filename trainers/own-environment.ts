import { join } from 'node:path';
import { PROJECT_ROOT } from '../core/project.ts';
import type { PythonPlace } from './python-environment.ts';

/** A Python environment of its own, for what wants other versions than the project's. */
export function ownEnvironment(name: string): PythonPlace {
  return {
    folder: join(PROJECT_ROOT, '.cache', name, '.venv'),
    requirements: join(import.meta.dirname, 'python', `${name}-requirements.txt`),
  };
}
