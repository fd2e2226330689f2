/** Around a request in lower case (`{x}`); `{X}` begins with a capital. */
export interface Frames {
  /** Fit anywhere, also after a sentence. */
  plain: readonly string[];
  /** At the very beginning. */
  opening: readonly string[];
  /** At the very end. */
  closing: readonly string[];
}

export const FRAMES: Readonly<Record<'request' | 'loose' | 'question' | 'statement', Frames>> = {
  request: {
    plain: [
      '{X}.',
      '{X}.',
      '{X}.',
      'Please {x}.',
      '{X}, please.',
      'Could you {x}?',
      'Can you {x}?',
      "I'd like you to {x}.",
      'Would you {x}?',
    ],
    opening: ['{x}', '{x}', 'please {x}', 'Hi, {x}.', 'Now {x}.', 'Next, {x}.', 'Hey, can you {x}?'],
    closing: ['{X}. Thanks!', '{X}, thanks.'],
  },
  /** Requests that do not begin with their verb. */
  loose: { plain: ['{X}.', '{X}.', '{X}, please.'], opening: ['{x}', '{x}', 'Hi! {X}.'], closing: ['{X}. Thanks!'] },
  question: {
    plain: ['{X}'],
    opening: ['{x}', 'Hi! {X}', 'Quick question: {x}', 'Tell me: {x}'],
    closing: ['{X} Thanks!'],
  },
  statement: { plain: ['{X}'], opening: ['Hello! {X}'], closing: ['{X} Thanks!'] },
};

/** How a request begins that no "could you" goes with. */
export const LOOSE_START =
  /^(in|inside|with|for|before|so|from|where|under|without|whatever|given|new|let's|mkdir|here|this|also)\b/i;

/** Said before a request; none says anything about what is wanted. */
export const CONTEXTS = [
  "It is Monday morning and I don't have much time.",
  'I am getting ready for a meeting.',
  'My boss is waiting for an answer.',
  'I am back from my holiday.',
  'We are short of time today.',
  'I am working from home today.',
  'The client calls in ten minutes.',
  'I am in the middle of my weekly planning.',
  'There was a question in the team this morning.',
  'I promised to sort this out before lunch.',
  'I am training a new colleague at the moment.',
  'This has been on my list for days.',
  'We had a long discussion about this.',
  'I want to finish this before the weekend.',
  'The others are already waiting.',
  'I am on the phone with somebody right now.',
  'Let us get one more thing done.',
  'I almost forgot about this one.',
  'I need your help with something.',
  'This one should be quick.',
  'My memory is not what it used to be.',
  'It has been a busy week.',
  'We are getting organised here.',
  'One of us has to take care of this.',
  'I am cleaning up behind my colleagues.',
] as const;
