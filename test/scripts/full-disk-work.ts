/** An entry point that writes onto a full disk. */
import { writeFileSync } from 'node:fs';
import { runMain } from '../../scripts/cli/command.ts';

await runMain(async () => writeFileSync('/dev/full', 'x'));
