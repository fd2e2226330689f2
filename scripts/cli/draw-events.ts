import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import { JobView } from './job-view.ts';
import { safeText } from './safe-text.ts';

/** How often a progress line is printed where the output is no terminal. */
const LOG_INTERVAL_MS = 10_000;

export interface NamedStage {
  title: string;
  events: () => StageEvents;
}

/**
 * Runs stages one after another and shows their events: as JSON lines on stdout (`--json`), as a live list on a
 * terminal, else as a line now and then, so that a CI log stays short.
 * @throws what the first failing stage throws; the stages after it do not run
 */
export async function drawStages(stages: readonly NamedStage[], { json }: { json: boolean }): Promise<void> {
  if (json) {
    for (const { events } of stages)
      for await (const event of events()) process.stdout.write(`${JSON.stringify(event)}\n`);
    return;
  }
  // Errors are told once, by the entry point. Signals too are its business.
  const shared = { registerSignalListeners: false, exitOnError: true } as const;
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const live = isLive(process.stderr);
  const finals: string[] = [];
  let failure: unknown;
  const tasks = stages.map(({ title, events }) => ({
    title,
    task: async (_: unknown, task: ListrTaskView) => {
      const write = (text: string) => {
        task.output = text;
      };
      const view = new JobView({ stream: process.stderr, live, titles: stages.length, write });
      try {
        await follow(title, events(), task, { live, view });
      } catch (error) {
        failure = error;
        throw new Error('see below'); // the simple renderer would print the error as it is
      } finally {
        view.end();
        finals.push(...view.final);
      }
    },
  }));
  const list = live
    ? new Listr(tasks, {
        ...shared,
        renderer: 'default',
        rendererOptions: {
          logger,
          showErrorMessage: false,
          collapseErrors: false,
          collapseSubtasks: false,
          timer: undefined,
        },
      })
    : new Listr(tasks, { ...shared, renderer: 'simple', rendererOptions: { logger } });
  try {
    await list.run();
  } catch (error) {
    throw failure ?? error;
  } finally {
    if (finals.length > 0) process.stderr.write(`\n${finals.join('\n')}\n`);
  }
}

/** Whether what was written can be overwritten. Some terminals do not know how large they are. */
function isLive({ isTTY, columns, rows }: NodeJS.WriteStream): boolean {
  return isTTY && process.env.TERM !== 'dumb' && columns > 0 && rows > 0;
}

/** The part of a listr2 task that is written to. */
interface ListrTaskView {
  title: string;
  output: string;
}

async function follow(
  title: string,
  events: StageEvents,
  task: ListrTaskView,
  { live, view }: { live: boolean; view: JobView },
): Promise<void> {
  const results: string[] = [];
  let fresh = 0;
  const interval = live ? 100 : LOG_INTERVAL_MS;
  let last = 0;
  for await (const event of events) {
    if (event.type === 'done') results.push(describeCounts(event.counts));
    if (event.type === 'skipped') {
      results.push(event.reason);
      fresh += 1;
    }
    if (view.takes(event)) continue;
    const text = describe(event);
    if (text === undefined || (event.type === 'progress' && Date.now() - last < interval)) continue;
    // What is said first, such as what will be fetched, is told in any case.
    last = event.type === 'start' ? 0 : Date.now();
    task.output = safeText(text);
  }
  const parts = `${results.length} parts: ${results.length - fresh} made, ${fresh} fresh`;
  const summary = results.length === 1 ? results[0] : parts;
  task.title = safeText(`${title} · ${summary}`);
}

function describe(event: StageEvent): string | undefined {
  switch (event.type) {
    case 'start':
      return `${event.stage}: started${event.resumed ? `, ${event.resumed} done before` : ''}`;
    case 'progress':
      return `${event.stage}: ${event.done}${event.total === undefined ? '' : `/${event.total}`}${event.note ? ` · ${event.note}` : ''}`;
    case 'warning':
      return `${event.stage}: warning: ${event.message}`;
    case 'download':
      return `${event.stage}: downloading ${event.what} (${(event.bytes / 1e6).toFixed(1)} MB)`;
    default:
      return undefined;
  }
}

function describeCounts(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
