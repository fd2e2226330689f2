import { stringify } from 'yaml';
import { TaskSchema } from '../../core/sample.ts';
import { escapeMarkdown } from '../report/markdown-table.ts';
import type { CardParts } from './model-card.ts';
import type { SourceFile } from './release-sources.ts';

const SPLITS = ['train', 'validation', 'test'] as const;

/** README.md of the samples: front matter by which the Hub shows them, what they are, and how they were made. */
export function dataCard({ sources, settings, base }: CardParts): string {
  const { catalogue, hashes, files } = sources;
  const servers = catalogue.servers.map(({ name }) => name).join(', ');
  const about = {
    ...(settings.publish.license !== undefined && { license: settings.publish.license }),
    task_categories: ['text-generation'],
    tags: ['tool-calling', 'function-calling', 'mcp', 'dualtune'],
    configs: configsOf(files.filter(({ part }) => part === 'data')),
  };
  return [
    `---\n${stringify(about)}---`,
    `# ${escapeMarkdown(settings.publish.title ?? `Tool calling: ${servers}`)}: samples`,
    `Training sequences for calls of ${catalogue.tools.length} tools of ${escapeMarkdown(servers)}: spans of text, each trained or not. \`selector\` trains tool names, \`arguments\` the arguments of one tool a file, \`monolithic\` whole calls. \`traces-test.jsonl\` holds the conversations of the held-out split.`,
    '## How they were made',
    [
      '- Queries were written for calls that were carried out on the servers, on a copy of the data; results are what the servers answered.',
      ...(settings.sources.length === 0
        ? []
        : [
            `- Traces of ${settings.sources.length} other sources were added: theirs are the queries, and their licenses hold.`,
          ]),
      '- Near-duplicate queries, phrasings and calls lie in one split only.',
      `- Rendered in the chat format of ${escapeMarkdown(base.name)}; \`prompt.json\` has the hashes of template, tokenizer and renderer.`,
      `- catalogue: \`${hashes.catalogue}\`, samples: \`${hashes.samples}\`, seed ${settings.seed}`,
    ].join('\n'),
    '## Intended use and limits',
    `${settings.publish.intendedUse ?? 'Training and testing models that call these tools.'} ${settings.sources.length === 0 ? 'Queries are synthesized: they are not those of users. ' : ''}Before it was published the data set was scanned for secrets, e-mail addresses and paths; such a scan finds forms, not meanings.`,
  ]
    .join('\n\n')
    .concat('\n');
}

function configsOf(files: readonly SourceFile[]): object[] {
  return TaskSchema.options.flatMap((task) => {
    const data_files = SPLITS.flatMap((split) => {
      const [one, many] = [`${split}/${task}.jsonl`, `${split}/${task}/`];
      if (files.some(({ path }) => path === one)) return [{ split, path: one }];
      return files.some(({ path }) => path.startsWith(many)) ? [{ split, path: `${many}*.jsonl` }] : [];
    });
    return data_files.length === 0 ? [] : [{ config_name: task, data_files }];
  });
}
