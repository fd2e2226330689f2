/** An entry point that prints until it is told to stop, and then notes that it could clean up. `node endless-work.ts NOTE`. */
import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { runMain } from '../../scripts/cli/command.ts';

await runMain(async (signal) => {
  try {
    for (;;) {
      signal.throwIfAborted();
      process.stdout.write('working\n');
      await setTimeout(10);
    }
  } finally {
    writeFileSync(process.argv[2]!, 'cleaned up');
  }
});
