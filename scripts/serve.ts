import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import type { ServeEvent } from '../core/serve-event.ts';
import { keyFrom } from '../pipelines/endpoint-key.ts';
import { serve } from '../pipelines/serve.ts';
import { runMain } from './cli/command.ts';
import { safeText } from './cli/safe-text.ts';
import { parseShare } from './cli/share.ts';
import { openWorkspace } from './cli/workspace-flags.ts';

interface ServeFlags {
  workspace: string;
  base?: string;
  host: string;
  port: number;
  apiKeyFrom?: string;
  threshold?: number;
  fallback?: string;
  checkFiles?: boolean;
  json?: boolean;
}

/** Its value becomes the key where no other variable is named. */
const KEY_VARIABLE = 'DUALTUNE_API_KEY';

await runMain(async (signal) => {
  const flags = new Command('pnpm serve')
    .description(
      'Serves the bundle of a workspace as an OpenAI-compatible endpoint: /v1/chat/completions with tools, /v1/models, /health, /metrics. One request at a time; others wait, or get 429.',
    )
    .option('-w, --workspace <folder>', 'whose bundle to serve', 'workspace')
    .option('--base <folder>', 'the base model that the bundle was made for (overrides workspace.yaml)')
    .option('--host <host>', 'where to listen; other than this machine only with a key', '127.0.0.1')
    .option('--port <number>', 'where to listen; 0: any free one', parsePort, 8484)
    .option(
      '--api-key-from <variable>',
      `environment variable that holds the key which clients have to send (default: ${KEY_VARIABLE}, where it is set)`,
    )
    .option(
      '--threshold <share>',
      'from 0 to 1: less probable selections are not taken (default: serve.threshold in workspace.yaml, or 0)',
      parseShare,
    )
    .option(
      '--fallback <name>',
      'who answers then: none, base, or one of serve.endpoints in workspace.yaml (default: serve.fallback there, or none)',
    )
    .option('--check-files', 'read all files of base and bundle, also those that did not change since the last start')
    .option('--json', 'print events as JSON lines on stdout')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .parse()
    .opts<ServeFlags>();
  const { workspace, base, host, port, threshold, fallback, checkFiles, json = false } = flags;
  const { context, settings } = await openWorkspace({ workspace, base }, signal, { readOnly: true });
  const apiKey =
    flags.apiKeyFrom === undefined
      ? process.env[KEY_VARIABLE] || undefined
      : keyFrom(flags.apiKeyFrom, process.env, '--api-key-from');
  const tell = (event: ServeEvent, text: string) => {
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
    else process.stderr.write(`${safeText(text)}\n`);
  };
  const server = await serve(context, settings, {
    host,
    port,
    apiKey,
    threshold,
    fallback,
    checkFiles,
    warn: (message) => tell({ type: 'warning', message }, `warning: ${message}`),
    log: (entry) => {
      const { id, status, ms, answeredBy, error } = entry;
      const what = error === undefined ? `by ${answeredBy}` : `· ${error}`;
      tell({ type: 'request', ...entry }, `${id} ${status} ${Math.round(ms)} ms ${what}`);
    },
  });
  tell({ type: 'listening', url: `${server.url}/v1` }, `serving on ${server.url}/v1 (Ctrl-C ends it)`);
  if (!signal.aborted) await once(signal, 'abort');
  tell({ type: 'closing' }, 'closing: what was begun is finished');
  await server.close();
});

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('must be a port number');
  return port;
}
