import type { Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import { queryTerms } from './hierarchy/query-terms.ts';
import { textIndex } from './hierarchy/text-index.ts';
import { type ToolText, toolText } from './hierarchy/tool-text.ts';

/** Of 769 tools the wanted one is among the best 20 for 97% of queries. */
const LIMIT = 20;
/** Up to so many tools, all of them in one order make a prompt that is kept from query to query, which saves more than a shorter one does. */
const SMALL_CATALOGUE = 50;
/** How much its group's score counts for a tool: tools that a query does not name lie beside those that it does. */
const GROUP_WEIGHT = 0.1;

export interface RankedTool {
  tool: Tool;
  score: number;
}

export interface CandidateOptions {
  /** How many are chosen; called tools are kept beyond it. Default: 20. */
  limit?: number;
  /** Up to so many tools are all taken. Default: 50. */
  small?: number;
  /** The tools on offer, where these are not the index's; those that it lacks rank last. */
  among?: readonly Tool[];
}

/** Chooses from many tools those that a query may want: by groups, then by tools. */
export interface ToolIndex {
  /**
   * The tools to put on offer, in the order in which they were on offer, so that prompts share their beginnings; among them each that the
   * conversation has called. All of them where there are too few to gain from a choice.
   */
  candidates(query: string | readonly Message[], options?: CandidateOptions): readonly Tool[];
  /** All tools on offer, the best first; equal ones stay in their order. */
  ranked(query: string | readonly Message[], among?: readonly Tool[]): RankedTool[];
}

/** What chooses tools, and how many (see `CandidateOptions`). */
export interface Hierarchy extends Pick<CandidateOptions, 'limit' | 'small'> {
  index: ToolIndex;
}

/** Of the tools on offer those that prompts list: all of them where there is no hierarchy. */
export function listTools(
  hierarchy: Hierarchy | undefined,
  messages: readonly Message[],
  onOffer: readonly Tool[],
): readonly Tool[] {
  return hierarchy?.index.candidates(messages, { ...hierarchy, among: onOffer }) ?? onOffer;
}

/** An index of a catalogue's tools. It asks no model: BM25 over names, descriptions, parameters and the values that they choose from. */
export function buildToolIndex(tools: readonly Tool[]): ToolIndex {
  const texts = tools.map(toolText);
  const groups = [...new Set(tools.map(({ group }) => group))];
  const groupOf = tools.map(({ group }) => groups.indexOf(group));
  const toolScores = textIndex(texts);
  const groupScores = textIndex(
    groups.map((group, at) =>
      joined(
        group,
        texts.filter((_, tool) => groupOf[tool] === at),
      ),
    ),
  );

  const numbers = new Map(tools.map(({ id }, at) => [id, at]));

  function ranked(query: string | readonly Message[], among: readonly Tool[] = tools): RankedTool[] {
    const terms = queryTerms(query);
    const [own, ofGroups] = [toolScores.scores(terms), groupScores.scores(terms)];
    const scoreOf = (at: number | undefined) =>
      at === undefined ? 0 : own[at]! + GROUP_WEIGHT * ofGroups[groupOf[at]!]!;
    return among.map((tool) => ({ tool, score: scoreOf(numbers.get(tool.id)) })).sort((a, b) => b.score - a.score);
  }

  function candidates(
    query: string | readonly Message[],
    { limit = LIMIT, small = SMALL_CATALOGUE, among = tools }: CandidateOptions = {},
  ) {
    if (among.length <= Math.max(limit, small)) return among;
    const called = calledTools(query);
    const chosen = new Set(among.filter(({ id }) => called.has(id)));
    for (const { tool } of ranked(query, among)) {
      if (chosen.size >= limit) break;
      chosen.add(tool);
    }
    return among.filter((tool) => chosen.has(tool));
  }

  return { candidates, ranked };
}

/** Ids of the tools that a conversation has called. */
function calledTools(query: string | readonly Message[]): Set<string> {
  const messages = typeof query === 'string' ? [] : query;
  return new Set(
    messages.flatMap((message) => (message.role === 'assistant' && message.call ? message.call.tool : [])),
  );
}

/** A group's text is its name and that of its tools. */
function joined(group: string, texts: readonly ToolText[]): ToolText {
  const all = (field: keyof ToolText) => texts.map((text) => text[field]).join(' ');
  return {
    name: `${group} ${all('name')}`,
    description: all('description'),
    parameters: all('parameters'),
    parameterDescriptions: all('parameterDescriptions'),
    values: all('values'),
  };
}
