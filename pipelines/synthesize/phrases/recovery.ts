/** The assistant's words when it has made up for a wrong value. `{wrong}`, `{right}`: the two; `{answer}`: what it says of the result. */
export const RECOVERED = [
  'There is no {wrong}, but there is {right}. {answer}',
  '{wrong} does not exist, so I took {right}. {answer}',
  'I found no {wrong}; you must have meant {right}. {answer}',
  'The right name is {right}, not {wrong}. {answer}',
  'I could not find {wrong} and used {right}, which is the only one like it. {answer}',
] as const;

/** When it looked, and nothing is like what was asked for. */
export const NOTHING_ALIKE = [
  'There is no {wrong}, and I found nothing with a similar name.',
  'I could not find {wrong}, nor anything that is called nearly so. Could you check the name?',
  'That did not work: {wrong} does not exist, and nothing there looks like it.',
  '{wrong} is not there. I looked for something similar and found nothing.',
] as const;

/** When the error says it all. */
export const NOT_THERE = [
  'That did not work, since {wrong} does not exist. Is the name right?',
  'I am afraid there is no {wrong}, so I could not do it.',
  'I tried, but {wrong} could not be found. Please check what it is called.',
  'There is no {wrong}. Nothing was done.',
] as const;
