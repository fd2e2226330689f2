import { expect, test } from 'vitest';
import { Admission } from '../../../runtime/server/admission.ts';

const { signal } = new AbortController();

test.each([1, 3])(
  'gives the engine %i requests at a time, keeps one waiting and turns the next away',
  async (parallel) => {
    const admission = new Admission(1, parallel);
    const ends: (() => void)[] = [];
    const work = () =>
      new Promise<void>((resolve) => {
        ends.push(resolve);
      });
    const taken = Array.from({ length: parallel + 1 }, () => admission.run(work, signal));
    expect([admission.running, admission.waiting]).toEqual([parallel, 1]);
    const what =
      parallel === 1 ? /one request at a time, and 1 are waiting/ : /3 requests at a time, and 1 are waiting/;
    await expect(admission.run(work, signal)).rejects.toMatchObject({
      status: 429,
      message: expect.stringMatching(what),
    });
    ends[0]!();
    await taken[0];
    await Promise.resolve();
    expect([admission.running, admission.waiting, ends.length]).toEqual([parallel, 0, parallel + 1]);
    for (const end of ends) end();
    await Promise.all(taken);
  },
);
