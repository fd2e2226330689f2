import { join } from 'node:path';
import { ownEnvironment } from '../own-environment.ts';
import type { Tracker } from './tracker.ts';

const SCRIPTS = join(import.meta.dirname, '..', 'python');

/** Writes TensorBoard's event files. @param folder of all of them; each job has one of its own in it */
export function tensorboardTracker(folder: string): Tracker {
  return {
    name: 'TensorBoard',
    place: ownEnvironment('tensorboard'),
    process: (python) => ({
      name: 'the TensorBoard writer',
      command: python,
      args: [join(SCRIPTS, 'tensorboard_tracker.py'), folder],
      env: { PYTHONUTF8: '1' },
    }),
  };
}
