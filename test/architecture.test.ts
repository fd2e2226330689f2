import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../core/project.ts';

/** DESIGN: which rooms a room may import, besides itself, npm and node. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  datasets: ['core'],
  recipes: ['core'],
  trainers: ['core', 'recipes'],
  runtime: ['core'],
  pipelines: ['core', 'datasets', 'recipes', 'trainers', 'runtime'],
  scripts: ['core', 'recipes', 'pipelines'],
};

/** The stages in the order of the data. What two of them need lies beside them, or in a folder of its own (`pipelines/scoring`). */
const STAGES = ['discover', 'import', 'synthesize', 'build-data', 'train', 'convert', 'evaluate', 'report', 'publish'];

/** Packages that only one place may import. */
const ONLY_IN: readonly [package_: RegExp, place: RegExp][] = [
  [/^execa$/, /^core\/subprocess\.ts$/],
  [/^@modelcontextprotocol\/sdk/, /^runtime\//],
  [/^(node-llama-cpp|openai)$/, /^runtime\//],
  [/^@huggingface\/hub$/, /^core\/hub\//],
  [/^(commander|listr2)$/, /^scripts\//],
  [/^(hono|@hono\/|prom-client)/, /^runtime\/server\//],
];

interface Source {
  path: string;
  room: string;
  text: string;
  imports: { target: string; typeOnly: boolean }[];
}

function sourcesOf(room: string): Source[] {
  const folder = join(PROJECT_ROOT, room);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((entry) => entry.endsWith('.ts'))
    .map((entry) => {
      const path = `${room}/${entry}`;
      const text = readFileSync(join(PROJECT_ROOT, path), 'utf8');
      return { path, room, text, imports: importsOf(text) };
    });
}

function importsOf(text: string): Source['imports'] {
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gm);
  const dynamic = text.matchAll(/import\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...statements].map((match) => ({ target: match[2]!, typeOnly: match[1] !== undefined })),
    ...[...dynamic].map((match) => ({ target: match[1]!, typeOnly: false })),
  ];
}

function resolved(source: Source, target: string): string {
  return relative(PROJECT_ROOT, join(PROJECT_ROOT, dirname(source.path), target)).replaceAll('\\', '/');
}

const rooms = Object.keys(MAY_IMPORT);
const sources = rooms.flatMap(sourcesOf);

describe('architecture', () => {
  it('finds the sources and their imports', () => {
    for (const room of rooms) expect(sources.filter((source) => source.room === room).length, room).toBeGreaterThan(1);
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(sources.length);
  });

  it('imports only in the direction of the data', () => {
    const breaches = sources.flatMap((source) =>
      source.imports
        .filter(({ target }) => target.startsWith('.'))
        .map(({ target }) => resolved(source, target))
        .filter((path) => {
          const room = path.split('/')[0]!;
          return room !== source.room && !MAY_IMPORT[source.room]!.includes(room);
        })
        .map((path) => `${source.path} imports ${path}`),
    );
    expect(breaches).toEqual([]);
  });

  it('imports nothing of a later stage', () => {
    const stageOf = (path: string) => STAGES.indexOf(/^pipelines\/([^/]+?)(\.ts)?(\/|$)/.exec(path)?.[1] ?? '');
    expect(STAGES.filter((stage) => !sources.some(({ path }) => path === `pipelines/${stage}.ts`))).toEqual([]);
    const breaches = sources
      .filter(({ path }) => stageOf(path) >= 0)
      .flatMap((source) =>
        source.imports
          .filter(({ target }) => target.startsWith('.') && stageOf(resolved(source, target)) > stageOf(source.path))
          .map(({ target }) => `${source.path} imports ${resolved(source, target)}`),
      );
    expect(breaches).toEqual([]);
  });

  it('has no cycles', () => {
    const edges = new Map(
      sources.map((source) => [
        source.path,
        source.imports
          .filter(({ target, typeOnly }) => target.startsWith('.') && !typeOnly)
          .map(({ target }) => resolved(source, target)),
      ]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (trail.includes(path) || done.has(path)) return;
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('keeps each outside package in its one place', () => {
    const breaches = sources.flatMap((source) =>
      source.imports
        .filter(({ target }) => ONLY_IN.some(([name, place]) => name.test(target) && !place.test(source.path)))
        .map(({ target }) => `${source.path} imports ${target}`),
    );
    expect(breaches).toEqual([]);
  });

  it('touches the process only in scripts', () => {
    const pattern = /\bprocess\.(env|exit|exitCode|argv|stdout|stderr)\b|\bconsole\./;
    const breaches = sources
      .filter(({ room, text }) => room !== 'scripts' && pattern.test(text))
      .map(({ path }) => path);
    expect(breaches).toEqual([]);
  });

  it('runs Python only from trainers', () => {
    const pattern = /['"`][^'"`]*\.py['"`]/;
    const breaches = sources
      .filter(({ room, text }) => room !== 'trainers' && pattern.test(text))
      .map(({ path }) => path);
    expect(breaches).toEqual([]);
  });

  it('draws no unseeded chance', () => {
    expect(sources.filter(({ text }) => /Math\.random\(|randomUUID/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('has no drawers, star exports, default exports or switched-off rules', () => {
    const breaches = sources.flatMap(({ path, text }) => [
      ...(/^(utils?|helpers?|common|misc)\.ts$/.test(basename(path)) ? [`${path}: a drawer`] : []),
      ...(/^export \*/m.test(text) ? [`${path}: export *`] : []),
      ...(/^export default/m.test(text) ? [`${path}: default export`] : []),
      ...(/@ts-(ignore|nocheck|expect-error)|biome-ignore-all/.test(text) ? [`${path}: a rule is switched off`] : []),
    ]);
    expect(breaches).toEqual([]);
  });
});
