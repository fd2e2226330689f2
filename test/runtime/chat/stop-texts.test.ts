import { expect, test } from 'vitest';
import { cutAtStop, stopCutter } from '../../../runtime/chat/stop-texts.ts';

const TEXT = 'One. Two.\nThree STO STOP four';

test.each([[[]], [['STOP']], [['\nT', 'STOP']], [['. ', '.\n']], [['One']], [['nowhere', 'four!']]])(
  'a text in pieces ends where it does whole, at %j',
  (stops) => {
    const whole = cutAtStop(TEXT, stops);
    for (const size of [1, 2, 3, 7, TEXT.length]) {
      const cutter = stopCutter(stops);
      let told = '';
      for (let at = 0; at < TEXT.length; at += size) {
        told += cutter.add(TEXT.slice(at, at + size));
        expect(whole.startsWith(told)).toBe(true);
      }
      expect(told + cutter.rest(TEXT)).toBe(whole);
    }
    expect(stopCutter(stops).rest(TEXT)).toBe(whole);
  },
);
