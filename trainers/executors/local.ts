import { ToolkitError } from '../../core/errors.ts';
import { runProcess } from '../../core/subprocess.ts';
import { parseEvent } from '../parse-event.ts';
import { jobFailure, processFailure } from '../trainer-failure.ts';
import type { Executor } from './executor.ts';

/** Python itself ends with 1 on anything uncaught: that is no job that has told its error. */
const [GOOD, JOB_FAILED] = [0, 10];

/** A child process on this machine. */
export const LOCAL: Executor = {
  name: 'local',
  async run({ name, command, args, env: own, graceMs }, { env, signal, onEvent, onLog }) {
    let told: ToolkitError | undefined;
    const result = await runProcess({
      name,
      command,
      args,
      env: { ...env, ...own },
      signal,
      graceMs,
      onStderrLine: onLog,
      onStdoutLine: (line) => {
        const event = parseEvent(name, line);
        if (event instanceof ToolkitError) told ??= event;
        else if (event.event === 'error' && event.job === null) told ??= jobFailure(event);
        else onEvent(event);
      },
    });
    if (told !== undefined) throw told;
    if (result.exitCode !== GOOD && result.exitCode !== JOB_FAILED) throw processFailure(name, result);
  },
};
