import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Context } from '../../../core/context.ts';
import { messageOf, ToolkitError } from '../../../core/errors.ts';
import { secretsOf } from '../../../runtime/mcp/redact.ts';
import { readServersFile } from '../../../runtime/mcp/servers-file.ts';
import type { Settings } from '../../settings.ts';
import { writtenForms } from './written-forms.ts';

/** A text that must not be published. */
export interface KnownValue {
  /** What it is; the text itself is shown nowhere. */
  kind: string;
  text: string;
}

export interface KnownValues {
  values: KnownValue[];
  /** What could not be looked up, in words. */
  warnings: string[];
}

/** Shorter ones stand in many texts by chance. */
const SHORTEST = 6;
const SECRET_VARIABLE = /token|secret|passw|api_?key|credential/i;

/** Secrets of the servers file and of the environment, and folders of this machine. */
export async function knownValues(context: Context, settings: Settings): Promise<KnownValues> {
  const { values, warnings } = await serverValues(context, settings);
  const variables = Object.entries(context.variables ?? {}).flatMap(([name, text = '']) =>
    SECRET_VARIABLE.test(name) ? [{ kind: `value of the variable ${name}`, text }] : [],
  );
  const folders = [
    { kind: 'path of the workspace', text: context.workspace },
    { kind: 'home folder', text: homedir() },
  ].filter(({ text }) => text.split(/[\\/]/).length > 2 || text.length >= SHORTEST);
  const all = [...values, ...variables].filter(({ text }) => text.length >= SHORTEST);
  return {
    values: [...all, ...folders].flatMap(({ kind, text }) => writtenForms(text).map((form) => ({ kind, text: form }))),
    warnings,
  };
}

async function serverValues(context: Context, { servers }: Settings): Promise<KnownValues> {
  const path = resolve(context.workspace, servers);
  if (!existsSync(path)) {
    return { values: [], warnings: ['the servers file is not here: its secrets cannot be looked for'] };
  }
  try {
    const { servers: configs } = await readServersFile(path, context);
    const of = (config: (typeof configs)[number]) =>
      secretsOf(config).map((text) => ({ kind: `value of the servers file, server ${config.name}`, text }));
    return { values: configs.flatMap(of), warnings: [] };
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    return {
      values: [],
      warnings: [`the servers file cannot be read, its secrets not looked for: ${messageOf(error)}`],
    };
  }
}
