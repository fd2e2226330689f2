/** Lengths of samples that share a prompt, in tokens. */
export interface SampleLengths {
  /** How many they are. */
  samples: number;
  /** Of the longest sample. */
  longest: number;
  /** What all of them share. */
  prefix: number;
  /** What they have behind that, all together. */
  own: number;
  /** What each has, the longest first; the first few hundred. */
  suffixes: number[];
  /** Most trained tokens of one sample. */
  trained: number;
}
