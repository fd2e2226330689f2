import type { GgufType } from '../../core/bundle.ts';

/** Where the base lies in a bundle. */
export function baseFile(type: GgufType): string {
  return `base.${type}.gguf`;
}

/** Where an adapter lies in a bundle. Job names are made of tool slugs: safe as file names. */
export function adapterFile(name: string): string {
  return `adapters/${name}.gguf`;
}
