import type { Message } from '../../core/trace.ts';

/** What somebody asked for, and the tools that it takes. */
export interface RecallCase {
  query: string | readonly Message[];
  /** Their ids. */
  wanted: readonly string[];
  /** Whether the query was sent in by a user of the functions, rather than written for them. */
  byUser: boolean;
}
