import { Command, InvalidArgumentError } from 'commander';
import type { AgentEvent, PlannedCall } from '../core/agent-event.ts';
import { ToolkitError } from '../core/errors.ts';
import { type OpenAgent, openAgent } from '../pipelines/agent.ts';
import { agentLines, callText } from './cli/agent-lines.ts';
import { runMain } from './cli/command.ts';
import { readQuery } from './cli/read-query.ts';
import { plainJson, safeText } from './cli/safe-text.ts';
import { parseShare } from './cli/share.ts';
import { TerminalDialog } from './cli/terminal-dialog.ts';
import { openWorkspace } from './cli/workspace-flags.ts';

interface AgentFlags {
  workspace: string;
  base?: string;
  threshold?: number;
  fallback?: string;
  maxSteps: number;
  yes?: boolean;
  json?: boolean;
}

/** The last event of an answered query. */
type End = Extract<AgentEvent, { type: 'answer' | 'stopped' }>;

await runMain(async (signal) => {
  const command = new Command('pnpm agent')
    .description(
      'Answers a query with the tools of your own servers: calls them one after another, until there is an answer in words. Progress goes to stderr, the answer to stdout. Without a query, on a terminal: a conversation; a blank line ends it.',
    )
    .argument('[query]', 'what you want; `-` reads it from stdin')
    .option('-w, --workspace <folder>', 'whose bundle and servers to use', 'workspace')
    .option('--base <folder>', 'the base model that the bundle was made for (overrides workspace.yaml)')
    .option(
      '--threshold <share>',
      'from 0 to 1: less probable selections are not taken (default: serve.threshold)',
      parseShare,
    )
    .option(
      '--fallback <name>',
      'who goes on then: none, base, or one of serve.endpoints in workspace.yaml (default: serve.fallback there, or none)',
    )
    .option('--max-steps <number>', 'most steps for one query', parseSteps, 16)
    .option('--yes', 'call tools that may change something without asking')
    .option('--json', 'print events as JSON lines on stdout')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .parse();
  const { workspace, base, json = false, ...options } = command.opts<AgentFlags>();
  const { context, settings } = await openWorkspace({ workspace, base }, signal, { readOnly: true });
  const query = await queryOf(command.args[0]);
  using dialog = TerminalDialog.isPossible() ? new TerminalDialog(signal) : undefined;
  const ask =
    dialog &&
    ((call: PlannedCall) => {
      if (json) process.stderr.write(`  ${callText(call)}\n`);
      return dialog.decide(call);
    });
  await using agent = await openAgent(context, settings, { ...options, ask });
  for (const message of agent.warnings) tell({ type: 'warning', message }, json);
  if (query !== undefined) return conclude(await follow(agent, query, json));
  await converse(agent, dialog!, json);
});

/** `undefined`: there is to be a conversation. */
async function queryOf(argument: string | undefined): Promise<string | undefined> {
  if (argument === undefined && TerminalDialog.isPossible()) return undefined;
  const query = argument === '-' ? await readQuery(process.stdin) : argument;
  if (query !== undefined && query.trim() !== '') return query.trim();
  throw new ToolkitError({
    kind: 'input',
    what: 'there is no query',
    todo: 'give one, or `-` to read it from stdin; on a terminal none is needed',
  });
}

async function follow(agent: OpenAgent, query: string, json: boolean): Promise<End> {
  let end: End | undefined;
  for await (const event of agent.answer(query)) {
    tell(event, json);
    if (event.type === 'answer' || event.type === 'stopped') end = event;
  }
  return end!;
}

/** One query after another, each knowing those before. */
async function converse(agent: OpenAgent, dialog: TerminalDialog, json: boolean): Promise<void> {
  for (;;) {
    const query = await dialog.line('> ');
    if (query === undefined || query.trim() === '') return;
    const end = await follow(agent, query.trim(), json);
    if (end.type !== 'stopped') continue;
    if (end.reason === 'quit') conclude(end);
    if (end.reason === 'context') process.stderr.write('What was said so far is forgotten.\n');
  }
}

function tell(event: AgentEvent, json: boolean): void {
  if (json) {
    process.stdout.write(`${plainJson(event)}\n`);
    return;
  }
  if (event.type === 'answer' && event.text.trim() !== '') process.stdout.write(`${safeText(event.text.trim())}\n`);
  const lines = agentLines(event);
  if (lines !== undefined) process.stderr.write(`${lines}\n`);
}

/** Why it was stopped is told already. */
function conclude(end: End): void {
  if (end.type !== 'stopped') return;
  if (end.reason === 'quit') throw new ToolkitError({ kind: 'interrupted', what: 'ended' });
  process.exitCode = 1;
}

function parseSteps(text: string): number {
  const steps = Number(text);
  if (!/^\d+$/.test(text) || steps < 1 || steps > 1000)
    throw new InvalidArgumentError('must be a number from 1 to 1000');
  return steps;
}
