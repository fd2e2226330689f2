import type { Candidate } from '../../core/candidate.ts';
import { type AdapterTarget, splitFiles } from '../adapter-targets.ts';

/**
 * The adapters for tools' arguments that a recipe with `shared` trains, in an order in which each stands behind what it starts from.
 * A group that is all tools, or a single one, needs no adapter: it would be another shared one, or another own one.
 * @param own of the tools that are wanted
 * @param wanted candidates besides the shared one
 * @param files hashes of the samples' files
 */
export function candidateTargets(
  all: readonly AdapterTarget[],
  own: readonly AdapterTarget[],
  wanted: readonly Candidate[],
  files: Readonly<Record<string, string>>,
): AdapterTarget[] {
  if (own.length === 0) return [];
  const counts = (target: AdapterTarget) => Object.keys(splitFiles('train', target.paths, files)).length;
  const shared = all.find(({ candidate }) => candidate === 'shared')!;
  const tools = new Set(own.map(({ tool }) => tool!));
  const names = new Set([...tools].map(({ group }) => group));
  const groups = all.filter(
    (target) =>
      target.candidate === 'group' && names.has(target.group!) && counts(target) > 1 && counts(target) < counts(shared),
  );
  const grouped = new Set(groups.map(({ group }) => group));
  const each = (candidate: Candidate) =>
    wanted.includes(candidate) ? all.filter((one) => one.candidate === candidate && tools.has(one.tool!)) : [];
  const fromGroup = each('own-from-group').filter(({ tool }) => grouped.has(tool!.group));
  return [
    shared,
    ...(wanted.includes('group') || fromGroup.length > 0 ? groups : []),
    ...each('own'),
    ...fromGroup,
    ...each('own-from-nothing'),
  ];
}
