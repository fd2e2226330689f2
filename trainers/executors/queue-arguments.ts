/** What makes a trainer's process a worker of a queue: arguments of `python/worker.py`. */
export function queueArguments(queue: string, worker: number): string[] {
  return ['--queue', queue, '--worker', String(worker)];
}
