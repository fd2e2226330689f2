/** How several wishes stand in one query: `{a}` a wish, `{A}` with a capital. */
export interface ParallelStyle {
  two: readonly string[];
  three: readonly string[];
}

/** One for each family; see `STYLES`. */
export const PARALLEL_STYLES: readonly ParallelStyle[] = [
  { two: ['{A} and {b}.', 'Please {a} and {b}.'], three: ['{A}, {b} and {c}.', 'Please {a}, {b} and {c}.'] },
  {
    two: ['Could you {a} and also {b}?', 'Can you {a}, and {b} as well?'],
    three: ['Could you {a}, {b} and also {c}?', 'Can you {a}, {b}, and {c} as well?'],
  },
  { two: ['{A}. Then {b}.', '{A}. After that, {b}, please.'], three: ['{A}. Then {b}. Finally, {c}.'] },
  {
    two: ['Two things: {a}, and {b}.', 'I have two requests. {A}. {B}.'],
    three: ['Three things: {a}, {b}, and {c}.', 'I have three requests. {A}. {B}. {C}.'],
  },
  { two: ['1. {A}\n2. {B}', '1) {a} 2) {b}'], three: ['1. {A}\n2. {B}\n3. {C}', '1) {a} 2) {b} 3) {c}'] },
  {
    two: ['I need you to {a} and to {b}.', '{A}, and while you are at it, {b}.'],
    three: ['I need you to {a}, to {b} and to {c}.', '{A}, and while you are at it, {b} and {c}.'],
  },
  { two: ['{a}; {b}', '{a}, {b}, thanks'], three: ['{a}; {b}; {c}', '{a}, {b}, {c}, thanks'] },
  {
    two: ['{A}. Apart from that, {b}.', '{A}. I would also like you to {b}.'],
    three: ['{A}. Apart from that, {b} and {c}.', '{A}. I would also like you to {b} and to {c}.'],
  },
];
