import { type ErrorKind, ToolkitError } from '../core/errors.ts';
import type { ProcessResult } from '../core/subprocess.ts';
import type { TrainerFailure } from './events.ts';

const KINDS: Record<TrainerFailure['kind'], { kind: ErrorKind; what: string; todo: string }> = {
  out_of_memory: {
    kind: 'environment',
    what: 'not enough memory',
    todo: 'lower micro_batch_size, or set gradient_checkpointing: true, in the recipe or by --set',
  },
  missing_package: {
    kind: 'environment',
    what: 'a Python package is missing',
    todo: 'delete the folder .venv, or .cache/NAME/.venv of another trainer, and run the same command again: it is made anew',
  },
  bad_data: {
    kind: 'input',
    what: 'the samples are not right',
    todo: 'build the data again: pnpm pipeline build-data --force',
  },
  bad_job: {
    kind: 'input',
    what: 'the job is not right',
    todo: 'run the same command again: it writes job.json anew',
  },
  bad_base: {
    kind: 'input',
    what: 'the base cannot be used',
    todo: 'correct `base` in workspace.yaml or in the recipe',
  },
  diverged: { kind: 'failed', what: 'the training went wrong', todo: 'lower optimizer.lr, or set precision: fp32' },
  disk_full: { kind: 'environment', what: 'the disk is full', todo: 'free some space and run the same command again' },
  internal: {
    kind: 'failed',
    what: 'the trainer failed',
    todo: 'run the same command again; if it fails again, report it with the lines above',
  },
};

/** A job's `error` event as an error that says what to do. */
export function jobFailure(failure: TrainerFailure): ToolkitError {
  const { kind, what, todo } = KINDS[failure.kind];
  const place = [failure.job, failure.where].filter((part) => part !== undefined && part !== null);
  return new ToolkitError({
    kind,
    what: `${what}: ${failure.message}`,
    where: place.length > 0 ? place.join(', ') : undefined,
    expected: failure.expected,
    found: failure.found,
    todo: failure.todo ?? todo,
  });
}

/** A trainer that ended without telling why. */
export function processFailure(name: string, { exitCode, signal, stderrTail }: ProcessResult): ToolkitError {
  const killed = signal === 'SIGKILL' || exitCode === 137;
  return new ToolkitError({
    kind: killed ? 'environment' : 'failed',
    what: killed
      ? `${name} was killed, most likely because memory ran out`
      : `${name} ended with ${signal ?? `exit code ${exitCode}`}`,
    found: stderrTail === '' ? undefined : stderrTail,
    todo: killed
      ? 'lower micro_batch_size or the number of workers (--set workers=1), then run the same command again: it goes on from the last checkpoint'
      : 'run the same command again: it goes on from the last checkpoint',
  });
}
