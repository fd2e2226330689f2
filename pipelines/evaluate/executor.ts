import type { Context } from '../../core/context.ts';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Catalogue } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { NotRecorded } from '../../runtime/cassette-sandbox.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';
import { openToolSandbox } from '../open-sandbox.ts';
import { isObject, type JsonObject } from '../scoring/json-type.ts';
import type { Settings } from '../settings.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { PredictionRecord } from './prediction-record.ts';

/** Runs predicted calls where that is safe. */
export interface Executor {
  /**
   * Whether the call runs without error after the gold calls of its trace before it.
   * `null`: unscored, because no call was wanted or because it may not or cannot be run here.
   */
  run(one: EvaluationCase, predicted: PredictionRecord['predicted']): Promise<boolean | null>;
  close(): Promise<void>;
}

/** Scores nothing: where execution is switched off. */
export const NO_EXECUTOR: Executor = { run: async () => null, close: async () => {} };

/** Servers that fail this often in a row, not through the predicted call, are not asked again. */
const MAX_TROUBLE = 3;

/**
 * Opens the sandbox of the workspace's servers.
 * @param warn told why something could not be run
 * @throws ToolkitError (input) where the servers file, the data to copy or the cassette is missing
 */
export async function openExecutor(
  context: Context,
  settings: Settings,
  catalogue: Catalogue,
  warn: (message: string) => void,
): Promise<Executor> {
  const open = () => openToolSandbox(context, settings, catalogue);
  let sandbox = await open();
  let trouble = 0;
  let missed = false;

  const runOnce = async (before: readonly Message[], tool: string, args: JsonObject): Promise<boolean | null> => {
    if (trouble >= MAX_TROUBLE) return null;
    let replayed = false;
    try {
      replayed = await replay(sandbox, before);
      const answer = replayed ? await callOk(sandbox, tool, args) : null;
      trouble = 0;
      return answer;
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof NotRecorded) {
        if (!missed) warn(`executed_ok stays unscored for calls that were never recorded: ${messageOf(error)}`);
        missed = true;
        return null;
      }
      await sandbox.close().catch(() => {});
      sandbox = await open();
      // A server that ended or fell silent on the predicted call: the call is what broke it.
      if (replayed && !(error instanceof ToolkitError && error.kind === 'environment')) return false;
      trouble += 1;
      warn(`a call could not be run, executed_ok stays unscored: ${messageOf(error)}`);
      return null;
    }
  };

  // Systems that predict the same call of the same case get the same answer; the cases come one after another.
  let current = '';
  const answers = new Map<string, boolean | null>();
  return {
    async run(one, predicted) {
      if (one.gold.tool === null || one.goldFails) return null;
      if (predicted === null || predicted.tool === null || !isObject(predicted.arguments)) return false;
      if (current !== one.id) answers.clear();
      current = one.id;
      const key = canonicalJson([predicted.tool, predicted.arguments]);
      if (!answers.has(key)) answers.set(key, await runOnce(one.before, predicted.tool, predicted.arguments));
      return answers.get(key)!;
    },
    close: () => sandbox.close(),
  };
}

/** Brings the sandbox to the state before the step. `false` where an earlier call may not be run. */
async function replay(sandbox: Sandbox, before: readonly Message[]): Promise<boolean> {
  await sandbox.reset();
  for (const message of before) {
    if (message.role !== 'assistant' || message.call === undefined) continue;
    const result = await sandbox.call(message.call.tool, message.call.arguments);
    if (!result.executed) return false;
  }
  return true;
}

async function callOk(sandbox: Sandbox, tool: string, args: JsonObject): Promise<boolean | null> {
  const result = await sandbox.call(tool, args);
  return result.executed ? !result.isError : null;
}
