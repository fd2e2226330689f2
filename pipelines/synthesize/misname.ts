import { posix } from 'node:path';
import { nearest } from '../../core/nearest.ts';
import type { Random } from '../../core/random.ts';
import { inventFileName, inventName, inventStem } from './words/invent.ts';

const ENDINGS = ['.txt', '.md', '.csv', '.json', '.yaml', '.log', '.html'];
const LONG_ENOUGH = 4;

/** A value as a user gets it wrong. */
export interface Misnamed {
  wrong: string;
  /** What to look for. */
  piece: string;
  /** The user does not tell the folder. */
  placeless: boolean;
}

/** A path with another ending, a slip in the name, or without its folder. */
export function misnamePath(random: Random, path: string): Misnamed | undefined {
  const { dir, name, ext } = posix.parse(path);
  const kind = random.int(3);
  if (kind === 0 && ext !== '') {
    const wrong = posix.join(dir, name + random.pick(ENDINGS.filter((ending) => ending !== ext)));
    return { wrong, piece: name, placeless: false };
  }
  if (kind === 1 && dir !== '') return { wrong: name + ext, piece: name + ext, placeless: true };
  const slip = slipIn(random, name);
  return slip && { wrong: posix.join(dir, slip.wrong + ext), piece: slip.piece, placeless: false };
}

/** A name with a slip in one of its words. */
export function misnameThing(random: Random, name: string): Misnamed | undefined {
  const slip = slipIn(random, name);
  return slip && { ...slip, placeless: false };
}

/** A path or name of the same kind that the server does not hold. */
export function stranger(random: Random, value: string, kind: string | undefined): Misnamed {
  if (kind !== undefined) {
    const wrong = inventName(random, kind);
    return { wrong, piece: wrong, placeless: false };
  }
  const { dir, ext } = posix.parse(value);
  const base = ext === '' ? inventStem(random) : inventFileName(random, ext.slice(1));
  return { wrong: posix.join(dir, base), piece: posix.parse(base).name, placeless: false };
}

/** One letter left out, doubled, or two letters swapped, never the first; `piece` is another word of the name. */
function slipIn(random: Random, name: string): { wrong: string; piece: string } | undefined {
  const words = name.split(/[-_ .]/).filter((word) => word.length >= LONG_ENOUGH && /^\p{L}+$/u.test(word));
  if (words.length < 2) return undefined;
  const [word, piece] = random.sample(words, 2) as [string, string];
  const at = 1 + random.int(word.length - 2);
  const slips = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + word.charAt(at) + word.slice(at),
    word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
  ];
  return {
    wrong: name.replace(word, random.pick(slips.filter((slip) => slip !== word))),
    piece,
  };
}

/** Which of some values can be meant by a wrong one: those with the same name and another ending or folder, else those that are alike. */
export function meantBy({ wrong, placeless }: Misnamed, values: readonly string[]): string[] {
  const told = posix.parse(wrong);
  const beside = placeless ? values : values.filter((value) => posix.dirname(value) === posix.dirname(wrong));
  const same = beside.filter((value) =>
    placeless ? posix.basename(value).includes(told.base) : posix.parse(value).name === told.name,
  );
  return same.length > 0 || placeless ? same : beside.filter((value) => nearest(wrong, [value]) !== undefined);
}
