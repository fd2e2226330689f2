import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StepAnswer } from '../chat/step-answer.ts';
import type { Admission } from './admission.ts';

/** What `/metrics` shows, for Prometheus. */
export interface ServerMetrics {
  contentType: string;
  text(): Promise<string>;
  /** A request for a completion ended. */
  finished(status: number, seconds: number, answer?: StepAnswer): void;
  close(): void;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** Counts from now on; `close` frees what it holds. */
export function createServerMetrics(admission: Admission): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'dualtune_requests_total',
    help: 'Requests for a completion, by HTTP status (499: the client hung up) and by who answered.',
    labelNames: ['status', 'answered_by'],
    registers,
  });
  const duration = new Histogram({
    name: 'dualtune_request_seconds',
    help: 'Time of answered requests, waiting included.',
    buckets: SECONDS,
    registers,
  });
  const abstained = new Counter({
    name: 'dualtune_abstained_total',
    help: 'Steps whose best candidate did not reach the threshold.',
    registers,
  });
  const best = new Histogram({
    name: 'dualtune_selection_probability',
    help: 'Share of the probability that the best candidate had.',
    buckets: SHARES,
    registers,
  });
  const tokens = new Counter({
    name: 'dualtune_tokens_total',
    help: 'Tokens of prompts (evaluated: those that were not known yet) and of what was written (sampled: one by one).',
    labelNames: ['kind'],
    registers,
  });
  new Gauge({
    name: 'dualtune_waiting_requests',
    help: 'Requests that wait for the engine.',
    registers,
    collect() {
      this.set(admission.waiting);
    },
  });
  new Gauge({
    name: 'dualtune_running_requests',
    help: 'Requests that the engine works on: one at most.',
    registers,
    collect() {
      this.set(admission.running);
    },
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    finished(status, seconds, answer) {
      requests.inc({ status, answered_by: answer?.by ?? 'nobody' });
      if (answer === undefined) return;
      duration.observe(seconds);
      if (answer.abstained) abstained.inc();
      if (answer.ranked !== undefined) best.observe(answer.ranked[0]!.probability);
      for (const [kind, count] of Object.entries(answer.tokens)) tokens.inc({ kind }, count);
    },
    close: () => registry.clear(),
  };
}
