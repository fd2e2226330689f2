import { join } from 'node:path';
import { weightFiles } from '../../core/base.ts';
import { ToolkitError } from '../../core/errors.ts';
import { type AdapterConfig, readAdapterConfig } from './gguf-adapter-config.ts';
import { readTensorShapes } from './gguf-safetensors.ts';

export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Shapes of a base's tensors over all its weight files. */
export async function baseShapes(base: string): Promise<Shapes> {
  const files = await weightFiles(base);
  const maps = await Promise.all(files.map((file) => readTensorShapes(join(base, file))));
  return new Map(maps.flatMap((map) => [...map]));
}

/**
 * Whether a PEFT adapter fits a base: names, shapes and rank of all its tensors, from the files' headers alone.
 * @throws ToolkitError (input) with every misfit
 */
export async function checkAdapterFits(folder: string, base: Shapes): Promise<AdapterConfig> {
  const config = await readAdapterConfig(folder);
  const path = join(folder, 'adapter_model.safetensors');
  const shapes = await readTensorShapes(path);
  const misfits = [...modulesOf(shapes)].flatMap((module) => misfitsOf(module, shapes, base, config.r));
  if (shapes.size === 0) misfits.push('no tensor at all');
  if (misfits.length === 0) return config;
  const shown = misfits.slice(0, 5).join('; ');
  throw new ToolkitError({
    kind: 'input',
    what: 'the adapter does not fit the base',
    where: path,
    expected: `LoRA pairs of rank ${config.r} for matrices of the base`,
    found: misfits.length > 5 ? `${shown}; and ${misfits.length - 5} more` : shown,
    todo: 'train it on this base, or give the base that it was trained on',
  });
}

const PREFIX = 'base_model.model.';
const SUFFIX = /\.lora_[AB]\.weight$/;

function modulesOf(shapes: Shapes): Set<string> {
  return new Set([...shapes.keys()].map((name) => name.replace(SUFFIX, '')));
}

function misfitsOf(module: string, shapes: Shapes, base: Shapes, rank: number): string[] {
  const a = shapes.get(`${module}.lora_A.weight`);
  const b = shapes.get(`${module}.lora_B.weight`);
  if (!module.startsWith(PREFIX) || (a === undefined && b === undefined)) return [`${module} is not a LoRA tensor`];
  if (a === undefined || b === undefined) return [`${module} has only one half of its pair`];
  const target = `${module.slice(PREFIX.length)}.weight`;
  const matrix = base.get(target);
  if (matrix === undefined) return [`${target} is not in the base`];
  if (a[0] !== rank || b[1] !== rank) return [`${target}: rank ${a[0]} (A) and ${b[1]} (B)`];
  if (b[0] !== matrix[0] || a[1] !== matrix[1]) return [`${target}: ${b[0]}×${a[1]}, in the base ${matrix.join('×')}`];
  return [];
}
