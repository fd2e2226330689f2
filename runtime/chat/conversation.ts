import type { Catalogue, Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { foreignTools, namedTools } from './match-tools.ts';
import type { ChatTurn } from './step-request.ts';

/**
 * A client's conversation as messages. Several calls of one turn become calls in turn, each before its result, as in training
 * (docs/decisions/0019); what was said beside them is left out.
 * @param onOffer names of tools are read as these first
 */
export function conversationOf(
  turns: readonly ChatTurn[],
  onOffer: ReadonlyMap<string, Tool>,
  catalogue: Catalogue,
): Message[] {
  return turns.flatMap((turn): Message[] => {
    if (turn.role !== 'assistant') return [turn];
    if (turn.calls.length === 0) return [{ role: 'assistant', content: turn.content }];
    return turn.calls.flatMap(({ name, arguments: args, result }): Message[] => {
      const tool = (onOffer.get(name) ?? namedTools(name, catalogue)[0])?.id ?? name;
      return [
        { role: 'assistant', call: { tool, arguments: args } },
        { role: 'tool', content: result },
      ];
    });
  });
}

/** Tools that are not on offer, but were called before: those of the catalogue by id, any others as they are named. */
export function unlistedTools({ tools }: Catalogue): (id: string) => Tool {
  const byId = new Map(tools.map((tool) => [tool.id, tool]));
  return (id) => byId.get(id) ?? foreignTools([{ name: id, description: '', parameters: {} }])[0]!;
}
