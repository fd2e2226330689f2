import { join } from 'node:path';
import { ownEnvironment } from '../own-environment.ts';
import type { Tracker } from './tracker.ts';

const SCRIPTS = join(import.meta.dirname, '..', 'python');

/** Hands figures to Weights & Biases. @param options.folder where its own files go, in `wandb`; @param options.credentials variables that only it gets */
export function wandbTracker({
  folder,
  credentials,
}: {
  folder: string;
  credentials: Record<string, string>;
}): Tracker {
  return {
    name: 'W&B',
    place: ownEnvironment('wandb'),
    process: (python) => ({
      name: 'the W&B client',
      command: python,
      args: [join(SCRIPTS, 'wandb_tracker.py'), folder],
      env: { PYTHONUTF8: '1', ...credentials },
    }),
  };
}
