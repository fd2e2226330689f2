import type { ToolEffect } from '../../core/agent-event.ts';
import type { Tool } from '../../core/tool.ts';

/** What a tool may do beside answering, as its server says. One that says both, to read only and to destroy, says nothing. */
export function effectOf({ annotations: { readOnlyHint, destructiveHint } }: Pick<Tool, 'annotations'>): ToolEffect {
  if (readOnlyHint === true) return destructiveHint === true ? 'unknown' : 'none';
  if (destructiveHint === false) return 'adds';
  // By the protocol a tool that changes something is destructive unless it says otherwise.
  return destructiveHint === true || readOnlyHint === false ? 'destroys' : 'unknown';
}
