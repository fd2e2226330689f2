import { stringify } from 'yaml';
import type { Metrics, Share } from '../../core/metrics.ts';
import { percent, percentWithInterval } from '../evaluate/metrics-table.ts';
import { headline } from '../report/headline.ts';
import { escapeMarkdown, markdownTable } from '../report/markdown-table.ts';
import { scoreTable } from '../report/score-table.ts';
import type { Settings } from '../settings.ts';
import type { PublishedBase } from './published-base.ts';
import type { ReleaseSources } from './release-sources.ts';

/** What a card is about. */
export interface CardParts {
  sources: ReleaseSources;
  settings: Pick<Settings, 'publish' | 'seed' | 'sources'>;
  base: PublishedBase;
}

const INTENDED =
  'Choosing and calling the tools below, as one step of an agent that checks and runs the calls. A call may be wrong: let a person confirm what cannot be undone.';

/** README.md of the adapters: front matter as the Hub reads it, figures, how they were made, and what they are not for. */
export function modelCard(parts: CardParts): string {
  const { sources, settings } = parts;
  const { metrics, catalogue } = sources;
  const servers = catalogue.servers.map(({ name }) => name).join(', ');
  const [first, ...rest] = headline(metrics);
  const scores = scoreTable(metrics.systems);
  return [
    frontMatter(parts),
    `# ${escapeMarkdown(titleOf(parts))}`,
    `LoRA adapters that call the ${catalogue.tools.length} tools of ${escapeMarkdown(servers)}, in two steps: one selects the tool, others write its arguments. In PEFT form (\`adapters/\`) and for llama.cpp (\`bundle/\`).`,
    '## How well',
    [first!, ...rest].map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n'),
    markdownTable(scores.head, scores.rows),
    'By tool:',
    toolTable(metrics),
    `Scored on ${metrics.cases.n} steps of ${metrics.cases.traces} traces that training never saw; intervals are of 95%. \`evaluation/metrics.json\` has all figures.`,
    '## Intended use',
    settings.publish.intendedUse ?? INTENDED,
    '## Limits',
    limits(parts),
    '## How it was made',
    provenance(parts),
    '## How to use it',
    usage(parts),
  ]
    .join('\n\n')
    .concat('\n');
}

function titleOf({ sources, settings }: CardParts): string {
  return settings.publish.title ?? `Tool calling: ${sources.catalogue.servers.map(({ name }) => name).join(', ')}`;
}

function frontMatter(parts: CardParts): string {
  const { settings, base, sources } = parts;
  const about = {
    ...(settings.publish.license !== undefined && { license: settings.publish.license }),
    library_name: 'peft',
    ...(base.repo !== undefined && { base_model: base.repo, base_model_relation: 'adapter' }),
    pipeline_tag: 'text-generation',
    tags: ['tool-calling', 'function-calling', 'mcp', 'lora', 'gguf', 'dualtune'],
    'model-index': [{ name: titleOf(parts), results: [result(sources.metrics)] }],
  };
  return `---\n${stringify(about)}---`;
}

/** The last system's figures, which is what is published. */
function result({ systems, cases }: Metrics): object {
  const { overall } = Object.values(systems).at(-1)!;
  const names = ['call_accuracy', 'selection_accuracy', 'args_exact', 'schema_valid'] as const;
  return {
    task: { type: 'text-generation', name: 'Tool calling' },
    dataset: { type: 'held-out', name: `${cases.n} held-out steps` },
    metrics: names.flatMap((name) => metricOf(name, overall[name])),
  };
}

function metricOf(type: string, share: Share): object[] {
  if (share === null) return [];
  const name = `${type}, 95% interval ${share.low.toFixed(3)} to ${share.high.toFixed(3)}, n = ${share.n}`;
  return [{ type, value: Number(share.value.toFixed(4)), name }];
}

function toolTable({ systems }: Metrics): string {
  const tools = Object.entries(Object.values(systems).at(-1)!.tools);
  const rows = tools.map(([tool, { n, selection_accuracy, call_accuracy }]) => [
    tool,
    String(n),
    percent(selection_accuracy),
    percentWithInterval(call_accuracy),
  ]);
  return markdownTable(['Tool', 'Steps', 'Selection', 'Call accuracy [95%]'], rows);
}

function limits({ sources: { catalogue }, settings }: CardParts): string {
  return [
    `- They know the tools of this catalogue (\`${catalogue.hash}\`) and no others; when a server changes a tool, they have to be made again.`,
    settings.sources.length === 0
      ? '- They were trained on synthesized queries: people may ask otherwise, in other languages, and for more at a time.'
      : `- They were trained on synthesized queries and on data of ${settings.sources.length} other sources: people may ask otherwise, in other languages, and for more at a time.`,
    '- They inherit what the base can do and what it must not be used for; its license holds too.',
    '- Tools with few steps have wide intervals: look at the table by tool before you rely on one.',
  ].join('\n');
}

function provenance({ sources: { hashes, bundle }, settings, base }: CardParts): string {
  const revision = base.revision === undefined ? '' : ` at \`${base.revision}\``;
  return [
    `- base: ${escapeMarkdown(base.name)}${revision}, \`${bundle.base.source}\`, served as ${bundle.base.type}`,
    `- converted and proved equal to PEFT with llama.cpp ${escapeMarkdown(bundle.llamaCpp)}; \`bundle/bundle.json\` has the distances`,
    `- seed ${settings.seed}; each adapter's recipe lies beside it (\`recipe.yaml\`)`,
    ...Object.entries(hashes).map(([name, hash]) => `- ${escapeMarkdown(name)}: \`${hash}\``),
  ].join('\n');
}

function usage({ base, settings }: CardParts): string {
  const flag = base.setting === undefined ? ' --base FOLDER_OF_THE_BASE' : '';
  const lacking = settings.publish.base
    ? ''
    : '\n\nThe base in GGUF form is not part of this release: convert it with the same release of llama.cpp into `bundle/`.';
  return `The folder is laid out as a workspace of the toolkit that made it:\n\n\`\`\`sh\npnpm serve --workspace THIS_FOLDER${flag}\n\`\`\`\n\n\`release.json\` has the sha256 of every file.${lacking}`;
}
