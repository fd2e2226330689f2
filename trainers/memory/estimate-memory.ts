import { GB } from '../../core/byte-size.ts';
import type { Job } from '../job.ts';
import type { BaseShape } from './base-shape.ts';
import type { SampleLengths } from './sample-lengths.ts';

/** What of a job decides how much memory it takes. */
export type MemoryJob = Pick<
  Job,
  | 'method'
  | 'quantization'
  | 'invocation_length'
  | 'prefix_memory_gb'
  | 'lora_r'
  | 'lora_dropout'
  | 'lora_target_modules'
  | 'batch_size'
  | 'micro_batch_size'
  | 'gradient_checkpointing'
>;

/** What computes. */
export interface Computing {
  device: 'gpu' | 'cpu';
  /** Whether it multiplies in bfloat16. */
  bf16: boolean;
}

/** Bytes at the peak, by what takes them. */
export interface MemoryEstimate {
  /** The base's weights, and copies of them in the precision that is computed in. */
  base: number;
  /** The adapter's weights, their gradients and the optimizer's state. */
  adapter: number;
  /** What the forward pass keeps for the backward pass, and what that works with. */
  activations: number;
  /** The output layer at the trained positions. */
  logits: number;
  /** Keys and values of prompts, with method `activated`. */
  prefixes: number;
  /** Python, torch and what a GPU's driver takes. */
  process: number;
  /** What lies unused between blocks of memory. */
  allocator: number;
  total: number;
}

/** Each of the seven linear layers: its inputs and outputs. */
function linearLayers({ hidden, inner, queries, keys }: BaseShape): Record<string, readonly [number, number]> {
  return {
    q_proj: [hidden, queries],
    k_proj: [hidden, keys],
    v_proj: [hidden, keys],
    o_proj: [queries, hidden],
    gate_proj: [hidden, inner],
    up_proj: [hidden, inner],
    down_proj: [inner, hidden],
  };
}

/** float32 weights, gradients, and two moments of AdamW. */
const ADAPTER_BYTES = 16;
/** Bytes a weight in 4 bits with its doubly quantized scales (arXiv 2305.14314). */
const NF4_BYTES = 0.52;
/** Python with torch, transformers and PEFT (measured); a GPU's context and the workspaces of its libraries. */
const PROCESS_BYTES = { cpu: 0.55e9, gpu: 0.9e9 };
const ALLOCATOR_SHARE = { cpu: 0.05, gpu: 0.08 };

/**
 * The most memory that a job takes while it trains, in bytes: on a GPU of its memory, else of the machine's. What is kept for the backward pass
 * follows from what autograd saves in each layer, counted once by hooks (docs/log.md); the rest is arithmetic.
 * @param lengths of the samples of each prompt; the one that takes most decides
 * @param adapters that share their steps, each with samples of these lengths
 */
export function estimateMemory(
  shape: BaseShape,
  job: MemoryJob,
  lengths: readonly SampleLengths[],
  computing: Computing,
  adapters = 1,
): MemoryEstimate {
  const batches = lengths.map((one) => times(adapters, batchOf(one, job)));
  const most = (bytes: (batch: Batch) => number) => Math.max(0, ...batches.map(bytes));
  const parts = {
    base: baseBytes(shape, job, computing),
    adapter: adapters * adapterSize(shape, job) * (ADAPTER_BYTES + (computing.bf16 ? 2 : 0)),
    activations: most((batch) => activationBytes(shape, job, computing, batch)),
    logits: most(({ trained, computed }) => logitBytes(shape, computing, trained, computed)),
    prefixes:
      most(({ prefixes }) => prefixBytes(shape, computing, prefixes)) + keptPrefixes(shape, job, lengths, computing),
    process: PROCESS_BYTES[computing.device],
  };
  const known = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const allocator = ALLOCATOR_SHARE[computing.device] * (parts.activations + parts.logits + parts.prefixes);
  return { ...parts, allocator, total: known + allocator };
}

/** The largest micro-batch, in tokens. */
interface Batch {
  tokens: number;
  /** Of them, those that see each other by a mask. */
  masked: number;
  /** Positions whose loss is computed, and positions at which the output layer is. */
  trained: number;
  computed: number;
  /** Tokens whose keys and values are kept. */
  prefixes: number;
}

function batchOf({ longest, prefix, suffixes, trained }: SampleLengths, job: MemoryJob): Batch {
  const rows = Math.min(job.batch_size, job.micro_batch_size, suffixes.length);
  const own = suffixes.slice(0, rows).reduce((sum, length) => sum + length, 0);
  const positions = rows * trained;
  const sizes = { trained: positions, computed: positions, masked: 0, prefixes: 0 };
  if (job.method === 'shared-prefix') return { ...sizes, tokens: prefix + own, masked: own };
  // Columns in which any row is trained are computed for all rows.
  if (job.method === 'plain')
    return { ...sizes, tokens: rows * longest, computed: rows * Math.min(longest, positions) };
  return { ...sizes, tokens: rows * (job.invocation_length + trained), prefixes: prefix + own };
}

/** One for each of several adapters, in one pass; a mask is over one adapter's tokens. */
function times(adapters: number, { masked, tokens, trained, computed, prefixes }: Batch): Batch {
  return {
    masked,
    tokens: adapters * tokens,
    trained: adapters * trained,
    computed: adapters * computed,
    prefixes: adapters * prefixes,
  };
}

function baseBytes(shape: BaseShape, job: MemoryJob, { device, bf16 }: Computing): number {
  const linear = shape.layers * linearSize(shape);
  const rest = shape.vocabulary * shape.hidden * (shape.ownOutput ? 2 : 1);
  const half = device === 'gpu' && bf16;
  if (job.quantization === 'nf4') return NF4_BYTES * linear + 2 * rest;
  // On a processor the graph keeps a copy of each layer's weights in bfloat16.
  const copied = device === 'cpu' && bf16 ? 2 * (job.gradient_checkpointing ? linearSize(shape) : linear) : 0;
  return (half ? 2 : 4) * (linear + rest) + copied;
}

function linearSize(shape: BaseShape): number {
  return Object.values(linearLayers(shape)).reduce((sum, [inputs, outputs]) => sum + inputs * outputs, 0);
}

function targets(shape: BaseShape, { lora_target_modules: wanted }: MemoryJob): (readonly [number, number])[] {
  return Object.entries(linearLayers(shape)).flatMap(([name, size]) =>
    typeof wanted === 'string' || wanted.includes(name) ? [size] : [],
  );
}

function adapterSize(shape: BaseShape, job: MemoryJob): number {
  const widths = targets(shape, job).reduce((sum, [inputs, outputs]) => sum + inputs + outputs, 0);
  return shape.layers * job.lora_r * widths;
}

function activationBytes(shape: BaseShape, job: MemoryJob, computing: Computing, batch: Batch): number {
  const { layers, hidden, inner, queries } = shape;
  const [value, stream] = [computing.bf16 ? 2 : 4, computing.device === 'gpu' && computing.bf16 ? 2 : 4];
  const layer = batch.tokens * savedOfLayer(shape, job, computing) + maskBytes(computing, batch);
  const saved = job.gradient_checkpointing ? layers * batch.tokens * hidden * stream + layer : layers * layer;
  // What the backward pass of one layer holds at once, or the forward pass of a prompt.
  const working = Math.max(batch.tokens, batch.prefixes) * value * (5 * inner + 4 * hidden + 2 * queries);
  return saved + working;
}

/** Bytes a token that autograd keeps of one layer. */
function savedOfLayer(shape: BaseShape, job: MemoryJob, { bf16 }: Computing): number {
  const { hidden, inner, queries, keys, normalized } = shape;
  const adapted = targets(shape, job);
  const value = bf16 ? 2 : 4;
  const attention = job.method === 'plain' ? (bf16 ? 6 : 8) * queries + 2 * value * keys : 5 * value * queries;
  const streams = bf16 ? 18 * hidden + 8 * inner : 16 * (hidden + inner);
  const ranks = value * adapted.length * job.lora_r;
  const dropout = job.lora_dropout > 0 ? (bf16 ? 4 : 5.5) * adapted.reduce((sum, [inputs]) => sum + inputs, 0) : 0;
  return streams + attention + ranks + dropout + (normalized ? 4 * (queries + keys) : 0) + 24;
}

/** A GPU keeps the mask of a packed batch, in the precision that is computed in. */
function maskBytes({ device, bf16 }: Computing, { masked, tokens }: Batch): number {
  return device === 'gpu' ? masked * tokens * (bf16 ? 2 : 4) : 0;
}

/** Logits as they are made, in float32, their softmax and its gradient. */
function logitBytes({ vocabulary }: BaseShape, { bf16 }: Computing, trained: number, computed: number): number {
  const made = (bf16 ? 4 : 8) * computed;
  return vocabulary * (made + 12 * trained);
}

function prefixBytes({ layers, keys }: BaseShape, { bf16 }: Computing, tokens: number): number {
  return layers * 2 * keys * tokens * (bf16 ? 2 : 4);
}

/** Prompts' keys and values that are kept for later steps lie in the machine's memory, also where a GPU trains. */
function keptPrefixes(
  shape: BaseShape,
  job: MemoryJob,
  lengths: readonly SampleLengths[],
  computing: Computing,
): number {
  if (job.method !== 'activated' || computing.device === 'gpu') return 0;
  const tokens = lengths.reduce((sum, { prefix, own }) => sum + prefix + own, 0);
  return Math.min(GB * job.prefix_memory_gb, prefixBytes(shape, computing, tokens));
}
