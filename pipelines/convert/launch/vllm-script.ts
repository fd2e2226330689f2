import { type BundledAdapter, servedName } from '../../../core/bundle.ts';
import type { LaunchBundle } from './launch-bundle.ts';
import { shellWord } from './shell-word.ts';

/** The ranks that vLLM has room for (`MaxLoRARanks` in its vllm/config/lora.py). */
const RANKS = [8, 16, 32, 64, 128, 256, 320, 512];
/** So many adapters are on the GPU at a time; the others wait in memory. */
const MOST_ON_GPU = 4;

/** Activated adapters are left out: vLLM would apply them to the whole prompt. */
export function vllmAdapters({ adapters }: Pick<LaunchBundle, 'adapters'>): BundledAdapter[] {
  return adapters.filter(({ invocation }) => invocation === undefined);
}

/** Starts vLLM with the base in Hugging Face layout and the adapters in PEFT form, which lie beside the bundle. */
export function vllmScript(bundle: LaunchBundle): string {
  const adapters = vllmAdapters(bundle);
  // Relative to where it runs: vLLM splits at `=` and `,`, which a folder's name may have.
  const modules = adapters.map((adapter) => shellWord(`${servedName(adapter)}=./${adapter.name}`));
  const flags = [
    '--served-model-name base',
    `--max-model-len ${bundle.contextSize}`,
    ...(modules.length > 0 ? loraFlags(adapters, modules) : []),
  ];
  return `#!/bin/sh
# Serves the base with the adapters in PEFT form by vLLM; what is given to this script is passed on (--port 8000).
# BASE: the base in Hugging Face layout. ADAPTERS: the folder of the PEFT adapters, where it is not beside the bundle.
set -eu
${baseLines(bundle)}
if [ -d "$base" ]; then base=$(CDPATH= cd -- "$base" && pwd); fi
CDPATH= cd -- "\${ADAPTERS:-$(dirname -- "$0")/../../adapters}"
exec "\${VLLM:-vllm}" serve "$base" \\
  ${flags.join(' \\\n  ')} \\
  "$@"
`;
}

function loraFlags(adapters: readonly BundledAdapter[], modules: readonly string[]): string[] {
  const rank = Math.max(...adapters.map((adapter) => adapter.rank));
  return [
    '--enable-lora',
    `--max-lora-rank ${RANKS.find((one) => one >= rank) ?? rank}`,
    `--max-loras ${Math.min(adapters.length, MOST_ON_GPU)}`,
    `--max-cpu-loras ${adapters.length}`,
    `--lora-modules \\\n    ${modules.join(' \\\n    ')}`,
  ];
}

function baseLines({ hub }: LaunchBundle): string {
  if (hub !== undefined) {
    return `base=\${BASE:-${shellWord(hub.repo)}}
if [ -z "\${BASE:-}" ]; then set -- --revision ${shellWord(hub.revision)} "$@"; fi`;
  }
  return `base=\${BASE:?is not set: the folder of the base that the adapters were trained on}`;
}
