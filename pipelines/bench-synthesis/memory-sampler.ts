import { parentPort } from 'node:worker_threads';

/** Runs beside the main thread, which long joins keep busy: notes the process's resident memory until it is asked for what it saw. */
const EVERY_MS = 100;
const samples: { at: number; bytes: number }[] = [];
const note = () => samples.push({ at: Date.now(), bytes: process.memoryUsage.rss() });
const timer = setInterval(note, EVERY_MS);
parentPort?.once('message', () => {
  clearInterval(timer);
  note();
  parentPort?.postMessage(samples);
});
