import { once } from 'node:events';
import type { Command } from 'commander';
import { scoreCases } from '../../pipelines/score.ts';

/** `pnpm pipeline score` */
export function addScore(program: Command, signal: AbortSignal): void {
  program
    .command('score')
    .description(
      'score calls: JSON lines {id, tool {name, inputSchema}, gold, predicted} -> {id, selection, args_exact, args_ast, schema_valid, errors, why}',
    )
    .requiredOption(
      '--cases <file>',
      'the JSON-lines file; gold: {name, arguments} or {name, possible}, or null where no tool should be called; several calls that belong together, in any order, are a list',
    )
    .option('--json', 'JSON lines (the output is always JSON lines)')
    .action(async ({ cases }: { cases: string }) => {
      for await (const row of scoreCases(cases, signal)) {
        // No drain comes where the reader went away: the signal ends the waiting.
        if (!process.stdout.write(`${JSON.stringify(row)}\n`)) await once(process.stdout, 'drain', { signal });
      }
    });
}
