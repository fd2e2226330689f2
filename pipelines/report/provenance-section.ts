import type { Bundle } from '../../core/bundle.ts';
import type { Metrics } from '../../core/metrics.ts';
import { type Html, html } from './html.ts';
import type { Origin } from './provenance.ts';
import type { ReportData } from './report-data.ts';
import { otherData } from './report-sources.ts';
import { type TableContent, table } from './table.ts';

/** From what, by which commands and versions the figures come. */
export function provenanceSection({ evaluation, sources }: Pick<ReportData, 'evaluation' | 'sources'>): Html {
  const { bundle, metrics } = evaluation ?? {};
  const others = otherData(sources);
  const rows = [
    ...sources.evaluation.map((origin) => originRow(origin, origin.artefact)),
    ...others.map((origin) =>
      originRow(origin, evaluation ? `${origin.artefact} (of the data shown)` : origin.artefact),
    ),
    ...sources.benchmarks.map((origin) => originRow(origin, origin.artefact)),
  ];
  const versions = new Map(
    [...sources.evaluation, ...others].flatMap(({ manifest }) => Object.entries(manifest.toolVersions)),
  );
  if (bundle) versions.set('llama.cpp', bundle.llamaCpp);
  const facts: [string, string][] = [
    ...(metrics ? evaluationFacts(metrics) : []),
    ...(bundle ? baseFacts(bundle) : []),
    ...[...versions].map(([name, version]): [string, string] => [name, version]),
  ];
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Where the figures come from</h2>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${table({
  caption: 'Artefacts, each with the command that makes it again',
  head: ['Artefact', 'Command', 'Seed', 'Counts', 'Hash'],
  words: [1, 3, 4],
  rows,
})}
<p class="note">Equal inputs, settings and seeds give equal artefacts; times are measurements of one machine. <code>pnpm pipeline status</code> says what has changed since.</p>
</section>`;
}

function originRow({ command, manifest }: Origin, name: string): TableContent['rows'][number] {
  return [
    name,
    html`<code>${command}</code>`,
    manifest.seed,
    Object.entries(manifest.counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
    html`<code title="${manifest.hash}">${manifest.hash.replace('sha256:', '').slice(0, 10)}</code>`,
  ];
}

function evaluationFacts({ seed, max_tokens }: Metrics): [string, string][] {
  return [
    ['Seed of the evaluation', String(seed)],
    ['Longest generation', `${max_tokens} tokens`],
  ];
}

function baseFacts({ base, adapters, prompt }: Bundle): [string, string][] {
  return [
    ['Base', `${base.type}, ${base.sha256}`],
    ['Adapters in the bundle', String(adapters.length)],
    ['Descriptions in the prompt', prompt.settings.descriptions],
    ['Chat template', prompt.template],
  ];
}
