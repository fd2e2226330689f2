import { join } from 'node:path';
import { PROJECT_ROOT } from '../core/project.ts';
import type { Tracker } from './tracker.ts';

const SCRIPTS = join(import.meta.dirname, 'python');

/** Writes TensorBoard's event files. @param folder of all of them; each job has one of its own in it */
export function tensorboardTracker(folder: string): Tracker {
  return {
    name: 'TensorBoard',
    place: {
      folder: join(PROJECT_ROOT, '.cache', 'tensorboard', '.venv'),
      requirements: join(SCRIPTS, 'tensorboard-requirements.txt'),
    },
    process: (python) => ({
      name: 'the TensorBoard writer',
      command: python,
      args: [join(SCRIPTS, 'tensorboard_tracker.py'), folder],
      env: { PYTHONUTF8: '1' },
    }),
  };
}
