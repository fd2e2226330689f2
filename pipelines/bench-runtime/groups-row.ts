import { seededRandom } from '../../core/random.ts';
import type { Tool } from '../../core/tool.ts';
import { buildToolIndex } from '../../runtime/hierarchy.ts';
import type { BenchRow } from '../bench-row.ts';
import type { Questions } from './bfcl-questions.ts';
import { mean, recall } from './recall.ts';

const LIMIT = 20;
/** As many as the APIs have. */
const GROUP = 16;
const TOOLS = 1000;

/** What groups are worth in conversations, whose turns also take tools that nobody names: recall with them by recall without, where all tools are one group. */
export function groupsRow(conversations: Questions, questions: Questions): BenchRow {
  const others = seededRandom('bench-groups').sample(questions.tools, TOOLS - conversations.tools.length);
  const dealt = others.map(
    (tool, at): Tool => ({ ...tool, id: `other.${tool.id}`, group: `other-${Math.floor(at / GROUP)}` }),
  );
  const tools = [...conversations.tools, ...dealt];
  const recallOf = (of: readonly Tool[]) => {
    const index = buildToolIndex(of);
    return mean(conversations.cases.map((one) => recall(index, one, LIMIT)));
  };
  const [grouped, single] = [recallOf(tools), recallOf(tools.map((tool) => ({ ...tool, group: 'all' })))];
  const note = `recall@${LIMIT} with groups ${grouped.toFixed(3)}, without ${single.toFixed(3)}: ${conversations.cases.length} turns of BFCL v4's conversations, ${conversations.tools.length} tools of ${new Set(conversations.tools.map(({ group }) => group)).size} APIs among ${dealt.length} other functions, dealt into groups of ${GROUP} at random`;
  const ratio = grouped / single;
  return { name: 'groups-1000', ratio, target: 1, limit: null, pass: ratio >= 1, note };
}
