import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../core/random.ts';
import type { Sample } from '../../core/sample.ts';

const [WIDTH, INNER, HEADS, KEY_HEADS, LAYERS] = [32, 48, 4, 2, 2];
const KEY_WIDTH = (WIDTH / HEADS) * KEY_HEADS;
const LAYER: Readonly<Record<string, readonly number[]>> = {
  'self_attn.q_proj.weight': [WIDTH, WIDTH],
  'self_attn.q_proj.bias': [WIDTH],
  'self_attn.k_proj.weight': [KEY_WIDTH, WIDTH],
  'self_attn.k_proj.bias': [KEY_WIDTH],
  'self_attn.v_proj.weight': [KEY_WIDTH, WIDTH],
  'self_attn.v_proj.bias': [KEY_WIDTH],
  'self_attn.o_proj.weight': [WIDTH, WIDTH],
  'mlp.gate_proj.weight': [INNER, WIDTH],
  'mlp.up_proj.weight': [INNER, WIDTH],
  'mlp.down_proj.weight': [WIDTH, INNER],
  'input_layernorm.weight': [WIDTH],
  'post_attention_layernorm.weight': [WIDTH],
};

interface TinyBase {
  /** Tokens that the model knows: the words `w0`, `w1`, … */
  vocabulary: number;
  /** Words that the tokenizer knows; those of the model where absent. */
  words?: number;
  /** A weight that holds a NaN. */
  broken?: string;
}

/** A base of random weights that a step takes milliseconds on: Qwen2 with two layers of 32, and words for tokens. */
export async function writeTinyBase(folder: string, { vocabulary, words = vocabulary, broken }: TinyBase) {
  const layers = Array.from({ length: LAYERS }, (_, layer) =>
    Object.entries(LAYER).map(([name, shape]) => [`model.layers.${layer}.${name}`, shape] as const),
  );
  const shapes = [
    ['model.embed_tokens.weight', [vocabulary, WIDTH]] as const,
    ...layers.flat(),
    ['model.norm.weight', [WIDTH]] as const,
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), safetensors(shapes, broken));
  await writeFile(join(folder, 'config.json'), JSON.stringify(config(vocabulary)));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer(words)));
}

function safetensors(shapes: readonly (readonly [string, readonly number[]])[], broken?: string): Buffer {
  const random = seededRandom(1, 'tiny base');
  const header: Record<string, unknown> = {};
  const tensors: Float32Array[] = [];
  let at = 0;
  for (const [name, shape] of shapes) {
    const size = shape.reduce((product, length) => product * length, 1);
    const isNorm = name.includes('norm');
    const weights = Float32Array.from({ length: size }, () => (isNorm ? 1 : random.next() - 0.5));
    if (name === broken) weights[0] = Number.NaN;
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + weights.byteLength] };
    tensors.push(weights);
    at += weights.byteLength;
  }
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, ...tensors.map((weights) => Buffer.from(weights.buffer))]);
}

function config(vocabulary: number) {
  return {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
    vocab_size: vocabulary,
    hidden_size: WIDTH,
    intermediate_size: INNER,
    num_hidden_layers: LAYERS,
    num_attention_heads: HEADS,
    num_key_value_heads: KEY_HEADS,
    max_position_embeddings: 4096,
    tie_word_embeddings: true,
  };
}

function tokenizer(words: number) {
  const vocab = Object.fromEntries(Array.from({ length: words }, (_, at) => [`w${at}`, at]));
  const model = { type: 'WordLevel', vocab, unk_token: 'w0' };
  const none = {
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    post_processor: null,
    decoder: null,
  };
  return { version: '1.0', ...none, pre_tokenizer: { type: 'WhitespaceSplit' }, model };
}

interface TinySamples {
  count: number;
  seed: number;
  /** Trained words; 1 where absent. */
  trained?: number;
  /** Words of the prompt that is not shared; 6 where absent. */
  query?: number;
}

/** Samples behind a shared prompt whose first trained word says what the query began with: something to learn. */
export function tinySamples({ count, seed, trained = 1, query = 6 }: TinySamples): Sample[] {
  const random = seededRandom(seed, 'tiny samples');
  const words = (length: number, from: number) => Array.from({ length }, () => `w${from + random.int(16)}`).join(' ');
  return Array.from({ length: count }, (_, at) => {
    const tool = random.int(4);
    const prompt = `w1 w2 w3 w4 w5 w6 w7 w${8 + tool} ${words(query, 16)} w1`;
    return {
      id: `tiny-${at}`,
      task: 'selector',
      spans: [
        { text: prompt, train: false },
        { text: ` w${12 + tool}${trained > 1 ? ` ${words(trained - 1, 40)}` : ''}`, train: true },
      ],
      meta: { trace: `t${at}`, steps: [0], split: 'train', catalogue: 'sha256:0' },
    };
  });
}
