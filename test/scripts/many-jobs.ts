import { setTimeout } from 'node:timers/promises';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import { runMain } from '../../scripts/cli/command.ts';
import { drawStages } from '../../scripts/cli/draw-events.ts';

// Draws the training of many jobs, two at a time, of which the fourth fails. Argument: how many.

const names = Array.from({ length: Number(process.argv[2]) }, (_, at) =>
  at === 0 ? 'selector' : `arguments-a_server_with_a_rather_long_name-tool_number_${at}`,
);
const STEPS = 6;

async function* discover(): StageEvents {
  yield { type: 'start', stage: 'discover' };
  yield { type: 'done', stage: 'discover', folder: '', counts: { servers: 3, tools: names.length - 1 } };
}

function data(name: string, values: Record<string, unknown>): StageEvent {
  return { type: 'data', stage: `train ${name}`, data: { job: name, ...values } };
}

async function* one(name: string, fails: boolean): StageEvents {
  yield data(name, { event: 'start', total: STEPS, resumed: 0, device: 'cuda' });
  for (let step = 1; step <= STEPS; step++) {
    await setTimeout(4);
    const figures = { loss: 1 / step, trained_tokens: 100, seconds: 0.004, memory_bytes: 3.2 * 2 ** 30 };
    yield data(name, { event: 'step', step, total: STEPS, ...figures });
  }
  if (fails)
    yield {
      type: 'failed',
      stage: `train ${name}`,
      message: `not enough memory: \u001b]0;owned\u0007 ${'x'.repeat(200)}`,
    };
  else {
    yield data(name, { event: 'validating', step: STEPS });
    yield data(name, { event: 'eval', step: STEPS, loss: 0.123, accuracy: 1 });
    yield { type: 'done', stage: `train ${name}`, folder: '', counts: {} };
  }
}

async function* train(): StageEvents {
  yield { type: 'parts', stage: 'train', parts: names.map((name) => ({ stage: `train ${name}`, cost: 1 })) };
  for (let at = 0; at < names.length; at += 2) {
    const pair = names.slice(at, at + 2).map((name, next) => one(name, at + next === 3));
    for (let open = [...pair]; open.length > 0; ) {
      const results = await Promise.all(open.map((events) => events.next()));
      for (const { value } of results) if (value) yield value;
      open = open.filter((_, index) => !results[index]!.done);
    }
  }
  throw new ToolkitError({ kind: 'failed', what: 'training failed' });
}

await runMain(() =>
  drawStages(
    [
      { title: 'discover', events: discover },
      { title: 'train', events: train },
    ],
    { json: false },
  ),
);
