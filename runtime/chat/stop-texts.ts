import { settledBefore } from '../../core/settled-text.ts';

/** Cuts a text that comes in pieces at the first of some texts. */
export interface StopCutter {
  /** @returns what can be told now: nothing while it may become a stop text, nor behind one */
  add(piece: string): string;
  /** @param text the whole of it @returns what was not told yet */
  rest(text: string): string;
}

/** Cuts at the first of these texts. */
export function stopCutter(stops: readonly string[]): StopCutter {
  let [given, told] = ['', 0];
  return {
    add(piece) {
      given += piece;
      const certain = settledBefore(given, stops);
      const now = certain.slice(told);
      told = Math.max(told, certain.length);
      return now;
    },
    rest: (text) => cutAtStop(text, stops).slice(told),
  };
}

/** A text up to the first of some texts. */
export function cutAtStop(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((end) => end >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}
