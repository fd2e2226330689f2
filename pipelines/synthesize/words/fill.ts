import type { Random } from '../../../core/random.ts';

/** A filled template: values stand as marks until the end, so that nothing in a value is taken for a slot. */
export interface Filled {
  /** With marks in place of the values. */
  marked: string;
  /** With the values. */
  text(marked?: string): string;
}

const MARK = /\uE000(\d+)\uE001/g;

/** Whether a marked text begins with a value, which must not get a capital. */
export function beginsWithValue(marked: string): boolean {
  return marked.startsWith('\uE000');
}

/** Picks one of `{a|b|c}` and puts a mark for each `{slot}`, innermost first. @throws RangeError for a slot without a maker */
export function fillMarked(random: Random, template: string, slots: Readonly<Record<string, () => string>>): Filled {
  const values: string[] = [];
  let marked = template;
  while (/\{[^{}]*\}/.test(marked)) {
    marked = marked.replaceAll(/\{([^{}]*)\}/g, (whole, inner: string) => {
      if (inner.includes('|')) return random.pick(inner.split('|'));
      const maker = slots[inner];
      if (maker === undefined) throw new RangeError(`no maker for ${whole} in: ${template}`);
      values.push(maker());
      return `\uE000${values.length - 1}\uE001`;
    });
  }
  const text = (from = marked) => from.replaceAll(MARK, (_, index: string) => values[Number(index)]!);
  return { marked, text };
}

export function fillTemplate(random: Random, template: string, slots: Readonly<Record<string, () => string>>): string {
  return fillMarked(random, template, slots).text();
}
