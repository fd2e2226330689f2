import { countText } from './count-text.ts';
import type { ToolCoverage } from './tool-coverage.ts';

/** Something that no trace shows. */
export interface CoverageGap {
  /** As part of a sentence: `2 tools without a trace`. */
  what: string;
  names: string[];
  /** What the user may do about it. */
  todo: string;
}

const OWN = 'let a teacher write traces (`synthesize.teacher`), or add some of your own (`sources`)';

/** What is missing, what weighs most first. A tool without a trace is told of only once. */
export function coverageGaps(coverage: readonly ToolCoverage[]): CoverageGap[] {
  const called = coverage.filter(({ traces }) => traces > 0);
  const ids = (rows: readonly ToolCoverage[]) => rows.map(({ tool }) => tool);
  const gaps = [
    gap('tool', 'without a trace', ids(coverage.filter(({ traces }) => traces === 0)), {
      todo: `See the rejects for what went wrong (samples longer than \`contextLength\` are lost, with their traces); put data for it into the sandbox (\`sandbox\`), name values to draw from (\`synthesize.values\`), ${OWN}.`,
    }),
    gap('tool', 'never run', ids(called.filter(({ run }) => run === 0)), {
      todo: 'Their traces show no results. Give the server a `sandbox`, or list the tools in `safe` where they change nothing.',
    }),
    gap('optional parameter', 'never given', called.flatMap(missingParameters), {
      todo: `A model will hardly give what it never saw: name values in \`synthesize.values\`, ${OWN}.`,
    }),
    gap('value', 'never used', called.flatMap(missingValues), {
      todo: `Raise \`synthesize.tracesPerTool\` where it is small, list those that you need in \`synthesize.values\`, ${OWN}.`,
    }),
    gap('tool', 'without an error or a recovery', ids(called.filter(isFlawless)), {
      todo: `Nothing shows what to do after a failed call: raise \`synthesize.recovery\`, ${OWN}.`,
    }),
  ];
  return gaps.filter(({ names }) => names.length > 0);
}

function gap(noun: string, lack: string, names: string[], { todo }: { todo: string }): CoverageGap {
  return { what: `${countText(names.length, noun)} ${lack}`, names, todo };
}

function missingParameters({ tool, optional }: ToolCoverage): string[] {
  return optional.filter(({ given }) => given === 0).map(({ path }) => `${tool} ${path}`);
}

function missingValues({ tool, values }: ToolCoverage): string[] {
  return values.flatMap(({ path, values: allowed }) =>
    allowed.filter(({ used }) => used === 0).map(({ value }) => `${tool} ${path}: ${value}`),
  );
}

function isFlawless({ errors, recoveries }: ToolCoverage): boolean {
  return errors === 0 && recoveries === 0;
}
