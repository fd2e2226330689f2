import type { StopReason } from '../../core/agent-event.ts';
import type { Tool } from '../../core/tool.ts';
import type { StepHooks } from '../chat/prepared-step.ts';
import type { StepAnswer } from '../chat/step-answer.ts';
import type { ChatTurn, StepRequest } from '../chat/step-request.ts';
import type { LiveServers } from './live-servers.ts';
import type { PermissionRules } from './permission.ts';

/** What an agent works with. */
export interface AgentParts {
  /** Makes one step: a call, or an answer in words. Tools go by their prompt names. */
  makeStep(request: StepRequest, hooks: StepHooks): Promise<StepAnswer>;
  /** On offer. */
  tools: readonly Tool[];
  call: LiveServers['call'];
  prompt: {
    /** Most tokens that a result may bring the prompt to. */
    limit: number;
    /** Tokens of the next step's prompt, as the step would make it: of many tools it lists some. */
    tokens(turns: readonly ChatTurn[]): number;
  };
  permission: PermissionRules;
  /** Most steps for one query. */
  maxSteps: number;
  signal: AbortSignal;
}

/** Why an agent goes no further. */
export interface Stop {
  reason: StopReason;
  message: string;
}
