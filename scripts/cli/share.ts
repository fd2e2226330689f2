import { InvalidArgumentError } from 'commander';

/** Reads a flag that is a share. */
export function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1)) throw new InvalidArgumentError('must be a number from 0 to 1');
  return share;
}
