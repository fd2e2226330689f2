/** A request for a completion that ended. */
export interface ServedRequest {
  /** Of the completion; of what failed before there was one, the path. */
  id: string;
  /** HTTP status; 499: the client hung up. */
  status: number;
  /** Milliseconds, waiting included. */
  ms: number;
  /** Who answered: the bundle's adapters, the base alone, or the endpoint that is asked where the bundle is not sure. */
  answeredBy?: 'bundle' | 'base' | 'endpoint';
  /** What went wrong; of server errors more than the client learns. */
  error?: string;
}

/** What `pnpm serve` tells. */
export type ServeEvent =
  /** What is not as it should be. */
  | { type: 'warning'; message: string }
  /** It serves from now on; `url` ends with `/v1`. */
  | { type: 'listening'; url: string }
  | ({ type: 'request' } & ServedRequest)
  /** It takes no more requests, and ends when those that were taken have. */
  | { type: 'closing' };
