import { ToolkitError } from '../../core/errors.ts';
import { runProcess } from '../../core/subprocess.ts';

type Environment = Readonly<Record<string, string>>;

/** The tasks of one `sbatch --array`. */
export interface SlurmArray {
  /** The end state of a task, `COMPLETED` or `NODE_FAIL`; undefined while it waits or works. @throws ToolkitError where Slurm cannot be asked */
  isOver(task: number): Promise<string | undefined>;
  /** Takes tasks back, all or those that wait. Slurm kills what does not end at once. */
  cancel(which: 'waiting' | 'all'): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const ASK_MS = 3000;
const OVER =
  /^(BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|REVOKED|TIMEOUT|UNKNOWN)\b/;

/**
 * Submits a script as an array.
 * @param options of sbatch
 * @throws ToolkitError where sbatch is not there or refuses
 */
export async function submitSlurmArray(
  script: string,
  options: readonly string[],
  env: Environment,
): Promise<SlurmArray> {
  const printed = await ask('sbatch', ['--parsable', ...options, script], env);
  const [id = '', cluster] = printed.trim().split('\n').at(-1)!.split(';');
  if (!/^\d+$/.test(id))
    throw new ToolkitError({ kind: 'failed', what: 'sbatch told no job id', expected: 'a number', found: printed });
  const at = cluster ? [`--clusters=${cluster}`] : [];
  let states = new Map<string, string>();
  let asked = 0;
  let asking: Promise<void> = Promise.resolve();
  const refresh = async () => {
    states = await statesOf(id, at, env);
  };
  return {
    async isOver(task) {
      if (Date.now() - asked > ASK_MS) {
        asked = Date.now();
        asking = refresh();
      }
      await asking;
      const state = states.get(`${id}_${task}`) ?? states.get('all');
      return state !== undefined && OVER.test(state) ? state : undefined;
    },
    async cancel(which) {
      const only = which === 'waiting' ? ['--state=PENDING'] : [];
      await ask('scancel', [...at, ...only, id], env).catch(() => {}); // they end by themselves, as the queue is closed
    },
  };
}

/** By `JOB_TASK`. Of tasks that wait Slurm has one row for all, `JOB_[2-9]`. Of an array that Slurm has forgotten, `all` is UNKNOWN. */
async function statesOf(id: string, at: readonly string[], env: Environment): Promise<Map<string, string>> {
  const accounted = await ask('sacct', [...at, `--jobs=${id}`, ...SACCT], env).catch(() => '');
  if (accounted.trim() !== '') return rows(accounted);
  try {
    return rows(await ask('squeue', [...at, `--jobs=${id}`, ...SQUEUE], env));
  } catch (error) {
    if (error instanceof ToolkitError && /invalid job id/i.test(error.message)) return new Map([['all', 'UNKNOWN']]);
    throw error;
  }
}

const SACCT = ['--allocations', '--parsable2', '--noheader', '--format=JobID,State'];
const SQUEUE = ['--array', '--noheader', '--states=all', '--format=%i|%T'];

function rows(text: string): Map<string, string> {
  const lines = text.trim().split('\n');
  return new Map(lines.map((line) => line.split('|') as [string, string]));
}

async function ask(command: string, args: readonly string[], env: Environment): Promise<string> {
  const missing = 'run it where Slurm can be asked (a login node of the cluster), or train with `--executor local`';
  const result = await runProcess({ name: `Slurm's ${command}`, command, args, env, timeoutMs: TIMEOUT_MS, missing });
  if (result.exitCode === 0) return result.stdout;
  throw new ToolkitError({
    kind: 'environment',
    what: `${command} failed`,
    found: result.stderrTail,
    todo: 'see `executor.slurm` in workspace.yaml, and whether Slurm is up (`sinfo`)',
  });
}
