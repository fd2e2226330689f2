import { ToolkitError } from '../errors.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { RESPOND } from '../tool.ts';
import type { TurnFormat } from './turn-format.ts';

/**
 * Where the texts of a call are cut. All three lie where the tokenizer splits anyway, whatever the name and the arguments are:
 * `…{"name": "` | `read_text_file",` | ` "arguments":` | ` {"path": …}}…<|im_end|>`.
 */
export interface Cuts {
  /** How many characters before the name the selection cut lies. */
  beforeName: number;
  /** How many characters after the name the name span ends. */
  afterName: number;
  /** How many characters before the arguments the arguments cut lies. */
  beforeArguments: number;
}

type Encode = Tokenizer['encode'];

/** Names that stand for all that `promptName` permits: every first letter, every kind of last character. */
const NAMES = [
  RESPOND,
  ...[...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}ead_file`),
  ...['s', 'x_', 'x-', 'x1', '_x'].map((end) => `list${end}`),
];
/** Objects as text that stand for all that arguments may start with. */
const ARGUMENTS = ['{}', ...['path', 'Id', '$save', '_x', '1', '-', ' ', 'ü', '中'].flatMap(startingWith)];

function startingWith(key: string): string[] {
  return [`{"${key}": "x"}`, `{"${key}": [1]}`, `{"${key}": {}}`];
}

/**
 * Finds the cuts of a template with a tokenizer; a cut that is not clean moves left to the nearest place that is.
 * @throws ToolkitError (input) where there is none
 */
export function findCuts(format: TurnFormat, encode: Encode): Cuts {
  const { beforeName, beforeArguments } = format;
  const start = format.opening.length + beforeName.length;
  const nameAt = (offset: number) =>
    NAMES.every((name) => isClean(callText(format, name, '{}'), [start - offset], encode));
  const before = range(0, start).find(nameAt);
  if (before === undefined) throw noCut('before the name');
  const first = NAMES[0]!;
  const ends = range(1, beforeArguments.length + 1).filter(
    (offset) =>
      NAMES.every((name) => isClean(callText(format, name, '{}'), [start + name.length + offset], encode)) &&
      ARGUMENTS.every((args) => isClean(callText(format, first, args), [start + first.length + offset], encode)),
  );
  const after = ends[0];
  if (after === undefined) throw noCut('between the name and the arguments');
  const argumentsStart = start + first.length + beforeArguments.length;
  const argumentsAt = (offset: number) =>
    ARGUMENTS.every((args) => isClean(callText(format, first, args), [argumentsStart - offset], encode));
  const argumentsCut = range(0, beforeArguments.length - after + 1).find(argumentsAt);
  if (argumentsCut === undefined) throw noCut('before the arguments');
  return { beforeName: before, afterName: after, beforeArguments: argumentsCut };
}

/** Whether the cuts hold for a name and texts of arguments. */
export function cutsHold(
  format: TurnFormat,
  cuts: Cuts,
  encode: Encode,
  name: string,
  args: readonly string[],
): boolean {
  const nameStart = format.opening.length + format.beforeName.length;
  const nameEnd = nameStart + name.length;
  const places = [
    nameStart - cuts.beforeName,
    nameEnd + cuts.afterName,
    nameEnd + format.beforeArguments.length - cuts.beforeArguments,
  ];
  return args.every((text) => isClean(callText(format, name, text), places, encode));
}

function callText(format: TurnFormat, name: string, args: string): string {
  return format.opening + format.beforeName + name + format.beforeArguments + args + format.afterArguments;
}

function isClean(text: string, places: readonly number[], encode: Encode): boolean {
  const pieces = [0, ...places].map((from, index) => text.slice(from, places[index]));
  return pieces.flatMap((piece) => encode(piece)).join() === encode(text).join();
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function noCut(where: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `with this template and tokenizer no text can be cut ${where} without changing its tokens`,
    where: 'chat_template and tokenizer.json',
    todo: 'use a base with a byte-level tokenizer that splits words from signs (Qwen, Llama 3, and most others do)',
  });
}
