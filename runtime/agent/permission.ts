import type { Decision, PlannedCall } from '../../core/agent-event.ts';
import type { Tool } from '../../core/tool.ts';
import { isCalledSafe } from '../sandbox/rule.ts';
import { effectOf } from './tool-effect.ts';

export interface PermissionRules {
  /** Every tool may be called. */
  all: boolean;
  /** Ids, or `server.*`, of tools that the user says are safe. */
  safe: readonly string[];
  /** Asks the user; absent: nobody can be asked. */
  ask?(call: PlannedCall): Promise<Decision>;
}

/** Which tools may be called without the user's word: those that read only, by their server's own account, and those that the user says are safe. */
export class Permission {
  readonly #rules: PermissionRules;
  /** Ids of tools about which the user is asked no more. */
  readonly #always = new Set<string>();

  constructor(rules: PermissionRules) {
    this.#rules = rules;
  }

  isGiven(tool: Tool): boolean {
    const { all, safe } = this.#rules;
    return all || effectOf(tool) === 'none' || isCalledSafe(tool, safe) || this.#always.has(tool.id);
  }

  /** `undefined`: nobody can be asked. */
  async ask(call: PlannedCall): Promise<Decision | undefined> {
    const decision = await this.#rules.ask?.(call);
    if (decision === 'always') this.#always.add(call.tool);
    return decision;
  }
}
