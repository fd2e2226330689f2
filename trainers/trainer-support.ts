import type { Job } from './job.ts';

/** What a trainer can be asked for. */
export interface TrainerSupport {
  methods: readonly Job['method'][];
  quantizations: readonly Job['quantization'][];
  /** Whether it ends a training that gets no better. */
  earlyStop: boolean;
  /** What it runs on. */
  devices: readonly ('cpu' | 'cuda')[];
}
