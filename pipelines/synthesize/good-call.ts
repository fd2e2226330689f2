import type { Random } from '../../core/random.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { HIDDEN } from '../../runtime/mcp/secret-forms.ts';
import type { SandboxResult } from '../../runtime/sandbox.ts';
import type { ToolModel } from './concepts.ts';
import { refusalOf } from './given-up.ts';
import { sampleArguments } from './sample-arguments.ts';
import { type Arguments, NoValue } from './sampling.ts';
import { callUnlessBroken, type ServerState } from './state.ts';
import { whyUseless } from './verify/why-useless.ts';
import { countReject, type Workshop } from './workshop.ts';

const validators = new SchemaValidators();

interface Calling {
  random: Random;
  /** Counts what was refused. */
  rejects: Record<string, number>;
  /** What values are drawn from, if not from all that the server holds. */
  state?: ServerState;
  /** Without optional parameters. */
  plain?: boolean;
  /** Arguments that are given, in place of those drawn. */
  fixed?: Arguments;
}

/** What was called, and what came back. */
export interface GoodCall {
  args: Arguments;
  result: SandboxResult;
}

/** A call that is valid and that the live server carries out. */
export async function goodCall(
  workshop: Workshop,
  model: ToolModel,
  { random, rejects, state = workshop.states.get(model.tool.server)!, plain = false, fixed = {} }: Calling,
): Promise<GoodCall | undefined> {
  let args: Arguments;
  try {
    args = { ...(await sampleArguments(random, model, state, plain)), ...fixed };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    countReject(rejects, `${model.tool.id}: ${error.message}`);
    return undefined;
  }
  if (validators.check(model.tool.inputSchema)(args) !== undefined) {
    countReject(rejects, `${model.tool.id}: arguments do not fit the schema`);
    return undefined;
  }
  if (holdsSecret(args)) {
    countReject(rejects, `${model.tool.id}: a value would be a secret`);
    return undefined;
  }
  const result = await callUnlessBroken(workshop.sandbox, model.tool.id, args);
  const useless =
    typeof result === 'object' ? whyUseless(workshop, model, { args, result }) : refusalOf.broken(model, result);
  if (typeof result === 'object' && useless === undefined) return { args, result };
  countReject(rejects, useless!);
  await workshop.sandbox.reset();
  return undefined;
}

/** A value that was drawn from a result without its secrets: the server does not know it. */
function holdsSecret(args: Arguments): boolean {
  return JSON.stringify(args).includes(HIDDEN);
}
