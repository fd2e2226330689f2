import type { LaunchBundle } from './launch-bundle.ts';
import { shellWord } from './shell-word.ts';

/**
 * Starts llama-server with the base and all adapters. The adapters are one list, as a second flag would take the place of the first, and their paths are
 * relative, so that no comma or colon of a folder's name can be in them. Their scale is 0: with `--lora-init-without-apply` alone a request that
 * names no adapter would get all of them at once (measured, v0.5.0).
 */
export function llamaServerScript({ base, adapters, contextSize }: LaunchBundle): string {
  const files = adapters.map(({ file }) => `${file}:0`).join(',');
  const lora = adapters.length > 0 ? [`--lora-scaled ${shellWord(files)}`, '--lora-init-without-apply'] : [];
  // Its cache of prompts in memory, and the checkpoints of what a slot has computed, do not tell adapters apart.
  const apart = ['--cache-ram 0', '--ctx-checkpoints 0'];
  const flags = [`--model ${shellWord(base.file)}`, ...lora, ...apart, `--ctx-size ${contextSize}`];
  return `#!/bin/sh
# Serves the base with all adapters by llama-server; what is given to this script is passed on (--port 8080).
# LLAMA_SERVER names the program where it is not on the PATH. README.md says how requests choose an adapter.
set -eu
CDPATH= cd -- "$(dirname -- "$0")/.."
exec "\${LLAMA_SERVER:-llama-server}" \\
  ${flags.join(' \\\n  ')} \\
  "$@"
`;
}
