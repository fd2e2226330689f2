import { stat } from 'node:fs/promises';
import { GgmlType, type Llama, type LlamaContextOptions, type LlamaModel } from 'node-llama-cpp';

/** What the contexts of an engine may take together: bytes, or a share of what is free when it opens. */
export type MemoryLimit = { bytes: number } | { share: number };

/** The rest is for the base's pages, which the system gives away where others ask, and for what else runs. */
const DEFAULT: MemoryLimit = { share: 0.5 };

/** The limit in bytes, of the GPU's memory where there is one. */
export async function bytesOf(llama: Llama, limit: MemoryLimit = DEFAULT): Promise<number> {
  if ('bytes' in limit) return limit.bytes;
  const free = llama.gpu === false ? process.availableMemory() : (await llama.getVramState()).free;
  return limit.share * free;
}

/** What a context with these options takes of that memory, as node-llama-cpp reckons it (cache and buffers), and its adapter's file. */
export async function contextBytes(
  model: LlamaModel,
  { contextSize, batchSize, flashAttention, experimentalKvCacheKeyType: type }: LlamaContextOptions,
  adapterPath?: string,
): Promise<number> {
  const cacheType = type === 'F32' ? GgmlType.F32 : GgmlType.F16;
  const { cpuRam, gpuVram } = await model.fileInsights.estimateContextResourceRequirementsV2({
    contextSize: Number(contextSize),
    sequences: 1,
    modelGpuLayers: model.gpuLayers,
    batchSize,
    flashAttention,
    kvCacheKeyType: cacheType,
    kvCacheValueType: cacheType,
  });
  const adapter = adapterPath === undefined ? 0 : (await stat(adapterPath)).size;
  return (model.llama.gpu === false ? cpuRam : gpuVram) + adapter;
}
