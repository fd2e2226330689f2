import type { EvaluationCase } from '../evaluate/evaluation-case.ts';
import type { Tools } from '../evaluate/judge.ts';
import type { Prompts } from '../evaluate/open-systems.ts';

/** About the tokens of the longest prompt: in each offer, that of the conversation with the most characters. */
export function longestPrompt(
  { renderer, tokenizer }: Prompts,
  cases: readonly EvaluationCase[],
  tools: Tools,
): number {
  const said = ({ before }: EvaluationCase) => before.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  const longest = [...Map.groupBy(cases, (one) => one.tools).values()].map((members) =>
    members.reduce((most, one) => (said(one) > said(most) ? one : most)),
  );
  const lengths = longest.map((one) => {
    const onOffer = one.tools.map((id) => tools.byId.get(id)!);
    return tokenizer.encode(renderer.selectorPrompt(one.before, onOffer)).length;
  });
  return Math.max(0, ...lengths);
}
