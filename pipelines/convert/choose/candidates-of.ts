import { CandidateSchema } from '../../../core/candidate.ts';
import { type Tool, takesNoArguments } from '../../../core/tool.ts';
import type { TrainedAdapter } from '../trained-adapters.ts';

/** A tool with the adapters that can write its arguments. */
export interface ToolCandidates {
  tool: Tool;
  /** The simplest first. */
  adapters: TrainedAdapter[];
}

/** The tools for which there is something to choose. */
export function candidatesOf(tools: readonly Tool[], adapters: readonly TrainedAdapter[]): ToolCandidates[] {
  const serves = (tool: Tool, { candidate, tool: id, group }: TrainedAdapter) =>
    candidate !== undefined && (id ?? tool.id) === tool.id && (group ?? tool.group) === tool.group;
  const place = ({ candidate }: TrainedAdapter) => CandidateSchema.options.indexOf(candidate!);
  return tools
    .filter((tool) => !takesNoArguments(tool))
    .map((tool) => ({
      tool,
      adapters: adapters.filter((one) => serves(tool, one)).sort((a, b) => place(a) - place(b)),
    }))
    .filter(({ adapters: found }) => found.length > 1);
}
