import { PassThrough } from 'node:stream';
import { messageOf } from '../../core/errors.ts';
import { runProcess } from '../../core/subprocess.ts';
import { processFailure } from '../trainer-failure.ts';
import type { TrackedLine, Tracker } from './tracker.ts';

/** How long a tracker may take to send what it still has when the training is over. */
const LAST_WORDS_MS = 120_000;

/** A tracker that runs. It fails quietly: what it cannot do is told by `troubles`. */
export interface StartedTracker {
  tell(line: TrackedLine): void;
  /** @returns what went wrong since this was asked last */
  troubles(): string[];
  /** Waits until all is told, or the time for that is over. Never rejects. */
  end(): Promise<void>;
}

/** @param python of the tracker's own environment; @param env variables that it gets besides its own */
export function startTracker(tracker: Tracker, python: string, env: Record<string, string>): StartedTracker {
  const stdin = new PassThrough();
  const late = new AbortController();
  const troubles: string[] = [];
  const { env: own, ...process } = tracker.process(python);
  // Not the run's signal: after Ctrl-C it still has to be told how the jobs ended.
  const ended = runProcess({ ...process, env: { ...env, ...own }, stdin, signal: late.signal, graceMs: 5000 })
    .then((result) => {
      if (result.exitCode !== 0) troubles.push(processFailure(process.name, result).message);
    })
    .catch((error: unknown) =>
      troubles.push(late.signal.aborted ? `it did not end in ${LAST_WORDS_MS / 1000} s` : messageOf(error)),
    )
    .finally(() => stdin.destroy());
  return {
    tell: (line) => {
      if (stdin.writable) stdin.write(`${JSON.stringify(line)}\n`);
    },
    troubles: () => troubles.splice(0),
    async end() {
      if (stdin.writable) stdin.end();
      const timer = setTimeout(() => late.abort(), LAST_WORDS_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
