import { join } from 'node:path';
import { PROJECT_ROOT } from '../../core/project.ts';
import type { PythonPlace } from '../python-environment.ts';

/** Where the trainers of `pnpm bench training` run, ours and its peer: with TRL, which nothing else needs. */
export const BENCH_PLACE: PythonPlace = {
  folder: join(PROJECT_ROOT, '.cache', 'bench-training', '.venv'),
  requirements: join(import.meta.dirname, '..', 'python', 'bench-requirements.txt'),
};
