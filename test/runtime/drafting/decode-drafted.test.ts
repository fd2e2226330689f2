import { describe, expect, it } from 'vitest';
import { type Decoder, decodeDrafted, type Preference } from '../../../runtime/drafting/decode-drafted.ts';
import type { GrammarCursor } from '../../../runtime/drafting/grammar-cursor.ts';

const STOP = 0;

/** A model that writes `text`; the logit of each token's rival, of which the token's own is 0, by place. */
function scripted(text: readonly number[], rivals: Record<number, { token: number; logit: number }>) {
  const log: string[] = [];
  /** The prompt's three tokens first. */
  let cached: number[] = [];
  const ranked = (place: number) =>
    [
      { token: text[place] ?? 99, logit: 0 },
      rivals[place] ?? { token: 98, logit: -50 },
      { token: 97, logit: -60 },
    ].toSorted((a, b) => b.logit - a.logit);
  const decoder: Decoder = {
    async evaluate(tokens, drafted, closely) {
      log.push(`${closely ? 'closely ' : ''}${tokens}`);
      cached.push(...tokens);
      return Array.from({ length: drafted + 1 }, (_, index): Preference => {
        const both = ranked(cached.length - 3 - drafted + index);
        const isClose = closely && index === 0;
        return { ranked: isClose ? both : both.slice(0, 1), isClear: both[1]!.logit < -1 };
      });
    },
    async evaluatePlainly(groups, cursor) {
      log.push(`plainly ${groups.join(' ')}`);
      cached.push(...groups.flat());
      const token = text[cached.length - 3]!;
      if (token !== STOP) cursor.accept(token);
      return token;
    },
    async forget(count) {
      cached = cached.slice(0, cached.length - count);
    },
  };
  return { decoder, log, cache: () => cached };
}

/** A grammar that allows a token where `text` has it, and any of `free` everywhere. */
function along(text: readonly number[], free: readonly number[] = [], at = 0): GrammarCursor {
  let place = at;
  return {
    state: undefined as never,
    allows: (token) => token === text[place] || free.includes(token),
    accept: () => {
      place += 1;
    },
    clone: () => along(text, free, place),
  };
}

const drafting = (guesses: Record<number, number[]>) => ({
  draft: (written: readonly number[], _: GrammarCursor, most: number) => (guesses[written.length] ?? []).slice(0, most),
});

async function decode({
  text,
  rivals = {},
  guesses = {},
  free = [],
  most = 99,
}: {
  text: number[];
  rivals?: Parameters<typeof scripted>[1];
  guesses?: Record<number, number[]>;
  free?: number[];
  most?: number;
}) {
  const { decoder, log, cache } = scripted(text, rivals);
  const options = { drafter: drafting(guesses), cursor: along(text, free), isStop: (token: number) => token === STOP };
  const steps = decodeDrafted(decoder, { ...options, prompt: [7, 8, 9], most });
  return { tokens: await Array.fromAsync(steps), log, cache: cache() };
}

describe('decodeDrafted', () => {
  const text = [1, 2, 3, 4, 5, STOP];

  it('without drafts evaluates token by token', async () => {
    const { tokens, log } = await decode({ text });
    expect(tokens).toEqual(text);
    expect(log).toEqual(['closely 7,8,9', '1', '2', '3', '4', '5']);
  });

  it('takes a right draft and the token behind it', async () => {
    const { tokens, log } = await decode({ text, guesses: { 0: [1, 2], 3: [4, 5] } });
    expect(tokens).toEqual(text);
    expect(log).toEqual(['closely 7,8,9,1,2', '3,4,5']);
  });

  it('takes the right part of a draft and forgets the rest', async () => {
    const { tokens, log, cache } = await decode({ text, guesses: { 0: [1, 2, 6, 7] } });
    expect(tokens).toEqual(text);
    expect(log).toEqual(['closely 7,8,9,1,2,6,7', '3', '4', '5']);
    expect(cache).toEqual([7, 8, 9, 1, 2, 3, 4, 5]);
  });

  it('looks more closely where a preference is not clear, with what it expects as a draft', async () => {
    const { tokens, log, cache } = await decode({
      text,
      rivals: { 2: { token: 6, logit: -0.5 } },
      guesses: { 0: [1, 2, 3], 3: [4] },
    });
    expect(tokens).toEqual(text);
    expect(log).toEqual(['closely 7,8,9,1,2,3', 'closely 2,3,4', '5']);
    expect(cache).toEqual([7, 8, 9, 1, 2, 3, 4, 5]);
  });

  it('takes the best that is allowed where the very best is not', async () => {
    const { tokens, log } = await decode({ text, rivals: { 1: { token: 6, logit: 3 } }, guesses: { 0: [1, 2, 3] } });
    expect(tokens).toEqual(text);
    expect(log).toEqual(['closely 7,8,9,1,2,3', 'closely 1,2', '3', '4', '5']);
  });

  it('evaluates all again one by one where two are nearly as good, and goes on from there', async () => {
    const { tokens, log, cache } = await decode({
      text,
      rivals: { 3: { token: 6, logit: 0.001 } },
      guesses: { 0: [1, 2, 3] },
      free: [6],
    });
    expect(tokens).toEqual(text);
    expect(log).toEqual(['closely 7,8,9,1,2,3', 'closely 3,6', 'plainly 8,9 1 2 3', '4', '5']);
    expect(cache).toEqual([7, 8, 9, 1, 2, 3, 4, 5]);
  });

  it('evaluates again only what was not evaluated one by one yet, and is slower to draft the second time', async () => {
    const rivals = { 2: { token: 6, logit: 0.001 }, 4: { token: 6, logit: 0.001 } };
    const { tokens, log } = await decode({ text, rivals, free: [6] });
    expect(tokens).toEqual(text);
    expect(log.filter((line) => line.startsWith('plainly'))).toEqual(['plainly 8,9 1 2', 'plainly 3 4', 'plainly 5']);
  });

  it('ends at the limit, whatever is drafted', async () => {
    for (let most = 0; most <= text.length; most++) {
      const { tokens } = await decode({ text, guesses: { 0: [1, 2, 3, 4, 5], 1: [2, 3, 4, 5] }, most });
      expect(tokens).toEqual(text.slice(0, most));
    }
  });
});
