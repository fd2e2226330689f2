import type { LaunchBundle } from './launch-bundle.ts';

/**
 * A Modelfile for each adapter of the two steps, by its name: a model of Ollama has one adapter, for good. Activated ones are left out: Ollama would
 * apply them to the whole prompt. The template passes prompts on as they are, since the toolkit's renderer makes them whole.
 */
export function modelfiles({ base, adapters, stop, contextSize }: LaunchBundle): Record<string, string> {
  const fit = adapters.filter(({ task, invocation }) => task !== 'monolithic' && invocation === undefined);
  return Object.fromEntries(
    fit.map(({ name, file }) => [
      `Modelfile.${name}`,
      `# ollama create ${name} -f Modelfile.${name}
FROM ../${base.file}
ADAPTER ../${file}
TEMPLATE """{{ .Prompt }}"""
PARAMETER stop ${stop.includes('"') ? `"""${stop}"""` : `"${stop}"`}
PARAMETER temperature 0
PARAMETER num_ctx ${contextSize}
`,
    ]),
  );
}
