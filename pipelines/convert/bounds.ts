import type { GgufType } from '../../core/bundle.ts';

/** All distances are between natural log-probabilities of tokens. */
export interface ParityBounds {
  /** Largest |PEFT − engine| with base, adapter and cache in 32 bits. */
  f32: number;
  /** Mean |PEFT − engine| with the base as it is served (cache in 16 bits). */
  served: Record<GgufType, number>;
  /** The adapter's largest effect has to be this many times the parity error… */
  effectFactor: number;
  /** …which counts as at least this much: the noise of two correct engines. */
  noise: number;
}

/**
 * In 32 bits only the order of additions differs: at most 6e-6 (untrained base) and 2e-4 (trained, sharp attention) measured; a wrong
 * scale, a swapped or a missing tensor costs 0.01 and more, so 1e-3 tells them apart. As served, weights are rounded to 11 bits (f16:
 * mean 0.0003 to 0.002) or 8 bits (q8_0: 0.02 to 0.07 on 5M parameters, less on larger ones), and single improbable tokens move far,
 * so there the mean counts; these bounds say only whether the type is good enough for the base.
 */
export const PARITY_BOUNDS: ParityBounds = {
  f32: 1e-3,
  served: { f32: 0.01, f16: 0.02, q8_0: 0.15 },
  effectFactor: 10,
  noise: 1e-4,
};
