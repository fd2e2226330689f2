import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../core/tokenizer.ts';
import { openLlamaCpp } from '../../../runtime/llama-cpp.ts';
import { convertBase } from '../../../trainers/gguf/gguf-convert.ts';
import { knownPretokenizer } from '../../../trainers/gguf/gguf-pretokenizer.ts';
import { ensureLlamaCppSource } from '../../../trainers/gguf/llama-cpp-source.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';
import { ENV, PYTHON, runPython } from './gguf-adapters.ts';

const HARD_TEXTS = [
  '<|im_start|>assistant\n<tool_call>\n{"name": "read_text_file", "arguments": {"path": "a b/ü.txt"}}\n</tool_call><|im_end|>\n',
  "I'll say we've DON'T 'S 'Re  3.14159 1234567 ½ ²",
  'Grüße aus Köln — „Zitat“, naïve café, Ελληνικά, Русский текст, עברית, العربية',
  '日本語のテキスト 中文字符 한국어 ไทย 🚀👩‍👩‍👧‍👦🇩🇪 \u200d \ufeff',
  '{"a":[1,2.5e-10,null,true],"b\\"c":"\\u00e9\\n","nested":{"x":{}}}',
  'def f(x):\n\treturn  x**2   # comment\r\n\r\n\n    if x:\n        pass\n\n\n',
  '  leading, trailing   \n \t \u00a0\u3000 spaces  ',
  '<|im_start|><|im_end|><tool_call></tool_call><tool_response><|endoftext|> <|im_ start|> <tool _call>',
  '!!!???...;;;:::---___===+++///\\\\\\"""\'\'\'```~~~^^^&&&%%%$$$###@@@',
  '',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-base-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The base with another pre-tokenizer. */
async function foreignBase(base: string): Promise<string> {
  const foreign = join(folder, 'foreign');
  await cp(base, foreign, { recursive: true });
  const path = join(foreign, 'tokenizer.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('\\\\p{N}|', '\\\\p{N}{1,3}|'));
  expect(await readFile(path, 'utf8')).not.toBe(text);
  // transformers makes the tokenizer of this class itself; the general class takes the file as it is
  const config = JSON.parse(await readFile(join(base, 'tokenizer_config.json'), 'utf8')) as object;
  const general = { ...config, tokenizer_class: 'PreTrainedTokenizerFast' };
  await writeFile(join(foreign, 'tokenizer_config.json'), JSON.stringify(general));
  return foreign;
}

describe('convertBase', { timeout: 300_000 }, () => {
  it('makes each type, with a tokenizer equal to those of transformers and @huggingface/tokenizers', async () => {
    const { base } = await tinyModel();
    const source = await ensureLlamaCppSource({ env: ENV });
    const outputs = (['f32', 'f16', 'q8_0'] as const).map((type) => ({ type, path: join(folder, `${type}.gguf`) }));
    await convertBase({ source, base, outputs, python: PYTHON, env: ENV });
    const sizes = await Promise.all(outputs.map(async ({ path }) => (await readFile(path)).length));
    expect(sizes[0]! / sizes[1]!).toBeGreaterThan(1.5);
    expect(sizes[1]! / sizes[2]!).toBeGreaterThan(1.3);

    const reference = JSON.parse(await runPython([join(import.meta.dirname, 'gguf_tokens.py'), base], HARD_TEXTS));
    const tokenizer = await loadTokenizer(base);
    const engine = await openLlamaCpp({ model: outputs[2]!.path, contextSize: 64, threads: 1 });
    try {
      for (const [index, text] of HARD_TEXTS.entries()) {
        expect(engine.tokenize(text), `llama.cpp: ${text}`).toEqual(reference[index]);
        expect(tokenizer.encode(text), `@huggingface/tokenizers: ${text}`).toEqual(reference[index]);
      }
    } finally {
      await engine.close();
    }
  });

  it('does not pretend to know a tokenizer with another pre-tokenizer', async () => {
    const { base } = await tinyModel();
    const foreign = await foreignBase(base);
    expect(await knownPretokenizer(base)).toBe('qwen2');
    expect(await knownPretokenizer(foreign)).toBe(null);
    const source = await ensureLlamaCppSource({ env: ENV });
    const path = join(folder, 'foreign.gguf');
    const made = convertBase({ source, base: foreign, outputs: [{ type: 'f16', path }], python: PYTHON, env: ENV });
    await expect(made).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining("llama.cpp does not know the base's tokenizer"),
    });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('says of a model that llama.cpp does not know which it is', async () => {
    const { base } = await tinyModel();
    const strange = join(folder, 'strange');
    await cp(base, strange, { recursive: true });
    const config = JSON.parse(await readFile(join(base, 'config.json'), 'utf8'));
    await writeFile(join(strange, 'config.json'), JSON.stringify({ ...config, architectures: ['StrangeForCausalLM'] }));
    const source = await ensureLlamaCppSource({ env: ENV });
    const outputs = [{ type: 'f16', path: join(folder, 'strange.gguf') }] as const;
    await expect(convertBase({ source, base: strange, outputs, python: PYTHON, env: ENV })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/cannot convert the base[\s\S]*Model StrangeForCausalLM is not supported/),
    });
  });
});
