import { type Metrics, ShareSchema } from '../../core/metrics.ts';
import { findMember } from './find-member.ts';
import type { Gate } from './gates-file.ts';

/** What one gate said of one member. */
export interface GateRow {
  /** The member of metrics.json. */
  member: string;
  /** `null` where there is none. */
  value: number | null;
  /** In words, with the release's figure. */
  limit: string;
  pass: boolean;
  /** Why there was nothing to compare; empty where there was. */
  why: string;
}

interface Figure {
  value: number;
  low?: number;
}

/** Holds metrics to a gate; one row for each member and limit. @param release the metrics of the last release; absent: its limits pass */
export function checkGate(gate: Gate, metrics: Metrics, release?: Metrics): GateRow[] {
  return membersOf(gate, metrics).flatMap((member) => {
    const figure = figureOf(metrics, member);
    return limitsOf(gate, release === undefined ? undefined : (figureOf(release, member) ?? 'none')).map((limit) =>
      rowOf(member, figure, limit),
    );
  });
}

/** The members of metrics.json that a gate is about. */
function membersOf({ score, system, group, tool, each, member }: Gate, { systems }: Metrics): string[] {
  if (member !== undefined) return [member];
  const name = system ?? Object.keys(systems).at(-1)!;
  const of = (place: string) => `systems.${name}.${place}.${score}`;
  if (group !== undefined) return [of(`groups.${group}`)];
  if (tool !== undefined) return [of(`tools.${tool}`)];
  if (each === undefined) return [of('overall')];
  const all = Object.keys(systems[name]?.[`${each}s`] ?? {});
  return all.length === 0 ? [of(`${each}s`)] : all.map((one) => of(`${each}s.${one}`));
}

function figureOf(metrics: Metrics, member: string): Figure | undefined {
  const found = findMember(metrics, member);
  if (typeof found === 'number') return { value: found };
  const share = ShareSchema.safeParse(found);
  return share.success && share.data !== null ? share.data : undefined;
}

interface Limit {
  text: string;
  /** `undefined`: there is nothing to compare with, for the reason given. */
  holds?: (value: number) => boolean;
  reason?: string;
}

function limitsOf({ min, max, drop, rise }: Gate, release: Figure | 'none' | undefined): Limit[] {
  return [
    ...(min === undefined ? [] : [{ text: `≥ ${min}`, holds: (value: number) => value >= min }]),
    ...(max === undefined ? [] : [{ text: `≤ ${max}`, holds: (value: number) => value <= max }]),
    ...(drop === undefined ? [] : [dropLimit(drop, release)]),
    ...(rise === undefined
      ? []
      : [
          compared(
            release,
            `+ ${rise}`,
            ({ value }) => value + rise,
            (value, most) => value <= most,
            '≤',
          ),
        ]),
  ];
}

function dropLimit(drop: 'interval' | number, release: Figure | 'none' | undefined): Limit {
  const [text, least] =
    drop === 'interval'
      ? ['minus its interval', ({ low }: Figure) => low]
      : [`− ${drop}`, ({ value }: Figure) => value - drop];
  return compared(release, text, least, (value, bound) => value >= bound, '≥');
}

function compared(
  release: Figure | 'none' | undefined,
  text: string,
  boundOf: (release: Figure) => number | undefined,
  holds: (value: number, bound: number) => boolean,
  sign: string,
): Limit {
  const limit = `${sign} last release ${text}`;
  if (release === undefined) return { text: limit, reason: 'there is no release yet' };
  if (release === 'none') return { text: limit, reason: 'the last release has no such figure' };
  const bound = boundOf(release);
  if (bound === undefined) return { text: limit, holds: () => false, reason: 'this member has no interval' };
  return { text: `${limit}: ${rounded(release.value)} → ${rounded(bound)}`, holds: (value) => holds(value, bound) };
}

function rowOf(member: string, figure: Figure | undefined, { text, holds, reason }: Limit): GateRow {
  const value = figure?.value ?? null;
  const row = { member, value, limit: text };
  if (value === null)
    return { ...row, pass: false, why: 'metrics.json has no such figure, or nothing could be scored' };
  if (holds === undefined) return { ...row, pass: true, why: reason! };
  return holds(value) ? { ...row, pass: true, why: '' } : { ...row, pass: false, why: reason ?? '' };
}

function rounded(value: number): string {
  return String(Number(value.toFixed(4)));
}
