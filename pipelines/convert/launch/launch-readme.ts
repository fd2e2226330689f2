import { servedName } from '../../../core/bundle.ts';
import type { LaunchBundle } from './launch-bundle.ts';
import { vllmAdapters } from './vllm-script.ts';

/** Says which file is for which engine, how a request names an adapter there, and what the engine cannot do. */
export function launchReadme(bundle: LaunchBundle): string {
  const served = new Set(vllmAdapters(bundle));
  const rows = bundle.adapters.map((adapter, id) => {
    const other = served.has(adapter) ? `\`${servedName(adapter)}\`` : 'no: it is activated';
    return `| ${id} | \`${adapter.name}\` | ${other} |`;
  });
  return `# Serving this bundle with other engines

A call takes two requests: the selector's adapter writes the tool's name, then that tool's adapter (\`choices\` in \`bundle.json\` where there are several) writes the
arguments. Both prompts come from the toolkit that made the bundle, which also has a server of its own (\`pnpm serve\`); these files start an engine and no more.

| file | engine | a request names an adapter by |
| --- | --- | --- |
| \`llama-server.sh\` | llama-server, the GGUF files | \`"lora": [{"id": 0, "scale": 1}]\`. Each request has to: one without is answered by the base, but on what another adapter may have left in the cache |
| \`vllm.sh\` | vLLM, the base and the adapters in PEFT form (\`BASE=… ADAPTERS=… ./vllm.sh\`) | \`"model": "NAME"\`; the base is \`base\` |
| \`Modelfile.*\` | Ollama, one model for each adapter (\`ollama create NAME -f Modelfile.NAME\`) | the model; prompts are passed on as they are |

- An activated adapter works from its invocation on. llama-server does that; vLLM and Ollama would apply it to the whole prompt, so it is not in their files.
- Ollama and vLLM do not hold arguments to a tool's schema unless a request asks for it in their own way.
- LM Studio takes no LoRA adapter.

| id in llama-server | adapter | name in vLLM |
| --: | --- | --- |
${rows.join('\n')}
`;
}
