import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { GgufTypeSchema } from '../core/bundle.ts';
import type { Context } from '../core/context.ts';
import { PromptSettingsSchema } from '../core/prompt/prompt-file.ts';
import { MOST_SEED } from '../core/random.ts';
import { type Task, TaskSchema } from '../core/sample.ts';
import { readYamlFile } from '../core/yaml-file.ts';
import { ExecutorSettingsSchema } from '../trainers/executors/executor-settings.ts';
import { baseFolder } from './base-folder.ts';
import { EngineSettingsSchema } from './engine-settings.ts';
import { EvaluateSchema } from './evaluate/evaluate-settings.ts';
import { SourceSettingSchema } from './import/source-setting.ts';
import { PublishSchema } from './publish/publish-settings.ts';
import { SuiteSettingsSchema } from './suite/suite-settings.ts';
import { endpointShape } from './synthesize/chat/endpoint-settings.ts';
import { FocusSchema } from './synthesize/focus-setting.ts';
import { TeacherSchema } from './synthesize/teacher/teacher-settings.ts';
import { VerifySchema } from './synthesize/verify/verify-settings.ts';

const RecipesSchema = z.strictObject({
  selector: z.string().optional(),
  arguments: z.string().optional(),
  monolithic: z.string().optional(),
});

function recipesFor(base: string): z.infer<typeof RecipesSchema> {
  return { selector: `${base}/selector`, arguments: `${base}/arguments`, monolithic: `${base}/monolithic` };
}

/** A program and its arguments, run in the folder of the servers file. */
const CommandSchema = z.array(z.string()).min(1);

/** How one server may be run so that every trace starts from the same state, and the user's data ends as it was. */
const SandboxSchema = z
  .strictObject({
    /** Files and folders that are copied before use; where they stand in the server's args, env or cwd, the copy's path is put. */
    copy: z.array(z.string()).default([]),
    /** Keeps what the server holds, once, before its first call; `$SNAPSHOT_FOLDER` names a folder for that. */
    snapshot: CommandSchema.optional(),
    /** Puts it back; without `snapshot` it is run before the first call too. */
    reset: CommandSchema.optional(),
    /** Whether the server is started again to be reset: false where it keeps no state in memory. Default: true, but false over HTTP. */
    restart: z.boolean().optional(),
    /** Seconds that one of the commands may take. */
    timeout: z.number().positive().default(60),
  })
  .refine(({ copy, reset, restart }) => copy.length > 0 || reset !== undefined || restart === true, {
    message: '`copy`, or `reset`, or `restart: true` where all that the server changes is in its memory',
  })
  .refine(({ snapshot, reset }) => snapshot === undefined || reset !== undefined, {
    message: '`reset` beside `snapshot`',
  });

const WordingSchema = z.enum(['easy', 'medium', 'hard']);

/** Another model that is asked where the bundle is not sure. */
const FallbackEndpointSchema = z.strictObject({
  baseUrl: endpointShape.baseUrl,
  model: endpointShape.model,
  apiKeyFrom: endpointShape.apiKeyFrom,
  parameters: endpointShape.parameters,
  timeoutSeconds: endpointShape.timeoutSeconds,
  /** A client waits: it is not asked as often as a teacher. */
  tries: z.number().int().positive().default(2),
});

const promptShape = PromptSettingsSchema.shape;

/** `workspace.yaml`: everything about one project but the training recipes. Every member has a default. */
export const SettingsSchema = z.strictObject({
  /** The `mcpServers` file; relative to the workspace. */
  servers: z.string().default('servers.json'),
  /** Folder of the base model in Hugging Face layout, relative to the workspace; `hub:owner/name@commit` of the Hub; or `embedded`. */
  base: z.string().default('embedded'),
  seed: z.int().nonnegative().max(MOST_SEED).default(1),
  tools: z
    .strictObject({
      /** Ids, or `server.*`, of tools that take no part. */
      exclude: z.array(z.string()).default([]),
    })
    .prefault({}),
  sandbox: z.record(z.string(), SandboxSchema).default({}),
  /** Ids, or `server.*`, of tools that may run without a sandbox, and that an agent calls unasked, although nothing says that they are read-only. */
  safe: z.array(z.string()).default([]),
  redact: z
    .strictObject({
      /** Made-up addresses in place of e-mail addresses in results; what has the form of a key or password is hidden in any case. */
      emails: z.boolean().default(false),
    })
    .prefault({}),
  /** Seconds that a call may take. */
  callTimeout: z.number().positive().default(60),
  prompt: z
    .strictObject({
      ...promptShape,
      descriptions: promptShape.descriptions.default('full'),
      argumentTools: promptShape.argumentTools.unwrap().default('chosen'),
    })
    .refine(({ argumentTools, selectorTools }) => argumentTools !== 'all' || selectorTools !== 'described', {
      path: ['selectorTools'],
      message: 'with `argumentTools: all` both prompts are one: `selectorTools` has to be `whole`',
    })
    .prefault({}),
  synthesize: z
    .strictObject({
      /** By the offline writer; 0 leaves them to the teacher. */
      tracesPerTool: z.number().int().nonnegative().default(40),
      chains: z.number().int().nonnegative().default(60),
      respond: z.number().int().nonnegative().default(60),
      /** Several independent wishes in one query; a wrong value that a call shows to be wrong; a query that leaves a value out. */
      parallel: z.number().int().nonnegative().default(30),
      recovery: z.number().int().nonnegative().default(30),
      clarify: z.number().int().nonnegative().default(30),
      /** More traces in hard wording for the pairs of tools whose names and descriptions are most alike. */
      confusable: z.number().int().nonnegative().default(0),
      /** The same for the tools that an evaluation found confused. */
      focus: FocusSchema.optional(),
      /** Share of the queries that avoid the words of the tool's name. */
      withoutToolWords: z.number().min(0).max(1).default(0.5),
      /** How queries for one call may be worded: `hard` does without the tool's own words, in longer sentences. */
      difficulties: z
        .array(WordingSchema)
        .min(1)
        .default([...WordingSchema.options]),
      /** Values to draw from where what a server shows does not tell them: tool id, or `server.*`, then parameter. */
      values: z.record(z.string(), z.record(z.string(), z.array(z.unknown()).min(1))).default({}),
      /** Longest tool result kept in a trace, in characters. */
      resultLimit: z.number().int().positive().default(400),
      /** A chat model that writes more traces; absent: there are those of the offline writer only. */
      teacher: TeacherSchema.optional(),
      /** What a candidate has to stand before it becomes a trace; an ablation may switch a check off. */
      verify: VerifySchema.prefault({}),
    })
    .prefault({}),
  /** Own files and public data sets whose rows become traces beside the synthesized ones. */
  sources: z.array(SourceSettingSchema).default([]),
  split: z
    .strictObject({
      validation: z.number().min(0).max(0.5).default(0.1),
      test: z.number().min(0).max(0.5).default(0.2),
      /** Queries with at least this Jaccard similarity of 3-gram shingles are near-duplicates. */
      similarity: z.number().min(0).max(1).default(0.7),
      /** Whether traces that say nearly the same as another one are left out. Without, they are kept, and still lie on one side. */
      dedupe: z.boolean().default(true),
      /** Traces that are the held-out split, in place of a drawn one: so that two ways of making data are compared on the same steps. Relative to the workspace. */
      heldOut: z.string().optional(),
      /** Most training traces, drawn by the seed; absent: all. */
      limit: z.number().int().positive().optional(),
    })
    .refine(({ validation, test }) => validation + test <= 0.8, {
      message: '`validation` and `test` of 0.8 together at most: the rest is for training',
    })
    .prefault({}),
  /** What makes training samples harder; validation and test samples, and argument samples where they list one tool, stay as they are. */
  augment: z
    .strictObject({
      /** Share of the training traces in which tools and parameters get names that mean nothing, so that descriptions have to be read. */
      maskNames: z.number().min(0).max(1).default(0),
      /** Tools of other servers on offer beside the own ones, that are never called. */
      distractors: z
        .strictObject({
          /** A `catalogue.json`, relative to the workspace, of servers that cannot do what the queries ask for. */
          catalogue: z.string(),
          tools: z.number().int().positive().default(5),
          /** Share of the training traces. */
          share: z.number().min(0).max(1).default(0.5),
        })
        .optional(),
      /** How many different masks and sets of distractors are drawn: training computes the prompt that samples share once a batch. */
      sets: z.number().int().positive().default(4),
    })
    .prefault({}),
  /** Longest sample in tokens; a longer one is rejected with its reason. */
  contextLength: z.number().int().positive().default(4096),
  /**
   * Names or paths of recipes, or the name of a base for which there are some (`qwen2.5-7b`). Absent: those for any base; for the embedded one,
   * `demo/selector` and so on.
   */
  recipes: z
    .union(
      [z.string().min(1).transform(recipesFor), RecipesSchema],
      'the name of a base, or names of recipes for selector, arguments and monolithic',
    )
    .prefault({}),
  /** Where adapters are trained: on this machine, or by workers of a Slurm or Ray cluster. */
  executor: ExecutorSettingsSchema.prefault({}),
  /** Call accuracy by the number of tools on offer. */
  offers: z
    .strictObject({
      /** Numbers of tools on offer, for each of which all systems are evaluated; none: the stage has nothing to do. */
      sizes: z.array(z.number().int().min(2)).default([]),
      /** Cases of each size, drawn by the seed from the first steps of the held-out split. */
      cases: z.number().int().positive().default(60),
      /** A catalogue (`catalogue.json`) whose tools fill up where the workspace has fewer; relative to the workspace. */
      distractors: z.string().optional(),
    })
    .prefault({}),
  /** What runs the base and its adapters for `serve`, `evaluate` and `offers`. */
  engine: EngineSettingsSchema.prefault({}),
  /** How `pnpm serve` serves the bundle; `threshold`, `fallback` and `endpoints` hold for `pnpm agent` too. */
  serve: z
    .strictObject({
      /** Share of the probability that the best candidate has to have; 0: it is taken in any case. */
      threshold: z.number().min(0).max(1).default(0),
      /** Whether of many tools on offer prompts list only those that the conversation may want: in `auto` of more than 50, with `on` of more than `limit`. */
      hierarchy: z
        .strictObject({
          use: z.enum(['off', 'auto', 'on']).default('auto'),
          /** So many tools are listed; called ones are kept beyond it. */
          limit: z.int().positive().default(20),
        })
        .prefault({}),
      /** Who answers where no candidate has it: `none` (the client gets the candidates), `base`, or one of `endpoints`. */
      fallback: z.string().default('none'),
      /** OpenAI-compatible chat models that may be a fallback. */
      endpoints: z.record(z.string(), FallbackEndpointSchema).default({}),
      /** Requests that may wait while the engine is busy; more are turned away (429). */
      queue: z.number().int().nonnegative().default(64),
      /** That a request may take, waiting included. */
      timeoutSeconds: z.number().positive().max(86_400).default(120),
    })
    .prefault({}),
  convert: z.strictObject({ type: GgufTypeSchema.default('f16') }).prefault({}),
  /** How `pnpm pipeline suite` scores agent tasks. */
  suite: SuiteSettingsSchema.prefault({}),
  /** What `pnpm pipeline publish` sends where, and what has to hold before. */
  publish: PublishSchema.prefault({}),
  evaluate: EvaluateSchema.prefault({}),
});
export type Settings = z.infer<typeof SettingsSchema>;

/** Reads `workspace.yaml`; a missing file means all defaults. @throws ToolkitError (input) with line and column of every mistake. */
export async function loadSettings(context: Context): Promise<Settings> {
  const path = join(context.workspace, 'workspace.yaml');
  return existsSync(path) ? readYamlFile(path, SettingsSchema) : SettingsSchema.parse({});
}

/** The recipes to train with, by task. What suits a base of billions of parameters teaches the embedded one nothing, and the other way round. */
export function recipesOf({ base, recipes }: Settings): Record<Task, string> {
  const folder = base === 'embedded' ? 'demo/' : '';
  const named = (task: Task) => recipes[task] ?? `${folder}${task}`;
  return { selector: named('selector'), monolithic: named('monolithic'), arguments: named('arguments') };
}

/** What `--recipe` names: a task stands for the workspace's recipe for it, anything else for itself. */
export function recipeNamed(context: Context, settings: Settings, name: string): string {
  const task = TaskSchema.safeParse(name);
  if (!task.success) return name;
  const recipe = recipesOf(settings)[task.data];
  return /\.ya?ml$/.test(recipe) ? resolve(context.workspace, recipe) : recipe;
}

/** Absolute path of the base model's folder. @throws ToolkitError (input) where it is to be fetched from the Hub first */
export function basePath(context: Context, settings: Settings): string {
  return baseFolder(context, settings.base);
}
