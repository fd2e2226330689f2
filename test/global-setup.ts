import { ensureLlamaCppSource } from '../trainers/gguf/llama-cpp-source.ts';
import { ensurePython } from '../trainers/python-environment.ts';

/** Makes the Python environment and fetches the converter before any test needs them, as the first use of the toolkit would. */
export async function setup(): Promise<void> {
  const signal = new AbortController().signal;
  const { PATH, HOME, PYTHON } = process.env;
  const env = { PATH: PATH ?? '', HOME: HOME ?? '', ...(PYTHON === undefined ? {} : { PYTHON }), ...pipSettings() };
  await ensurePython({ env, signal }, (event) => {
    if (event.type === 'start' || event.type === 'warning') console.log(JSON.stringify(event));
  });
  await ensureLlamaCppSource({ env, signal });
}

function pipSettings(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0].startsWith('PIP_'),
    ),
  );
}
