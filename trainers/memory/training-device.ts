import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { nvidiaGpus } from '../executors/nvidia-gpus.ts';
import { nvidiaSmi } from '../nvidia-smi.ts';

/** Where a job trains on this machine. Bytes. */
export interface TrainingDevice {
  device: 'gpu' | 'cpu';
  /** Whether it multiplies in bfloat16 natively. */
  bf16: boolean;
  /** What there is, and what of it nobody uses now. */
  total: number;
  free: number;
}

type Place = { env: Readonly<Record<string, string>>; signal: AbortSignal };

const MIB = 2 ** 20;
/** Processors' names for multiplying in bfloat16. */
const BF16_FLAGS = /\b(amx_tile|avx512_bf16)\b/;
/** From this compute capability on (Ampere) a GPU does. */
const BF16_CAPABILITY = 8;

/** The emptiest GPU that may be used; the processor and the machine's memory where there is none. */
export async function trainingDevice({ env, signal }: Place): Promise<TrainingDevice> {
  const gpus = await nvidiaGpus(env, signal);
  const known = gpus.filter(({ totalMiB }) => totalMiB > 0).toSorted((a, b) => b.freeMiB - a.freeMiB);
  const [emptiest] = known;
  if (emptiest !== undefined) {
    const bf16 = (await capability({ env, signal })) >= BF16_CAPABILITY;
    return { device: 'gpu', bf16, total: emptiest.totalMiB * MIB, free: emptiest.freeMiB * MIB };
  }
  // A GPU that tells no memory shares that of the machine.
  const total = Math.min(totalmem(), process.constrainedMemory() || totalmem());
  // Elsewhere what is called free leaves out what files take, which is given up when it is needed.
  const memory = { total, free: process.platform === 'linux' ? process.availableMemory() : total };
  return gpus.length > 0
    ? { device: 'gpu', bf16: true, ...memory }
    : { device: 'cpu', bf16: await hasBf16(), ...memory };
}

async function hasBf16(): Promise<boolean> {
  return BF16_FLAGS.test(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
}

/** The lowest of the GPUs'. Drivers that do not tell it are older than what lacks bfloat16 hardly ever: it counts as there. */
async function capability({ env, signal }: Place): Promise<number> {
  const printed = (await nvidiaSmi(['--query-gpu=compute_cap', '--format=csv,noheader'], env, signal)) ?? '';
  const found = printed.split('\n').map(Number.parseFloat).filter(Number.isFinite);
  return found.length > 0 ? Math.min(...found) : BF16_CAPABILITY;
}
