import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { NvidiaGpu } from '../nvidia-gpus.ts';
import { nvidiaSmi } from '../nvidia-smi.ts';

/** Where a job trains on this machine. Bytes. */
export interface TrainingDevice {
  device: 'gpu' | 'cpu';
  /** Whether it multiplies in bfloat16 natively. */
  bf16: boolean;
  /** What there is, and what of it nobody uses now. Infinite: not known. */
  total: number;
  free: number;
}

type Place = { env: Readonly<Record<string, string>>; signal: AbortSignal };

const MIB = 2 ** 20;
/** Processors' names for multiplying in bfloat16. */
const BF16_FLAGS = /\b(amx_tile|avx512_bf16)\b/;
/** From this compute capability on (Ampere) a GPU does. */
const BF16_CAPABILITY = 8;

/**
 * What every job of a run has to fit, whichever of the GPUs it comes to: the smallest of them. The processor and the machine's memory where there is none.
 * @param gpus that are trained on
 */
export async function trainingDevice(gpus: readonly NvidiaGpu[], place: Place): Promise<TrainingDevice> {
  const total = Math.min(totalmem(), process.constrainedMemory() || totalmem());
  // Elsewhere what is called free leaves out what files take, which is given up when it is needed.
  const machine = { total, free: process.platform === 'linux' ? process.availableMemory() : total };
  if (gpus.length === 0) return { device: 'cpu', bf16: await hasBf16(), ...machine };
  const bf16 = (await capability(place)) >= BF16_CAPABILITY;
  if (gpus.some(({ uuid }) => uuid.startsWith('MIG-'))) return unknownDevice('gpu', bf16);
  // A GPU that tells no memory shares that of the machine.
  const each = gpus.map(({ totalMiB, freeMiB }) =>
    totalMiB > 0 ? { total: totalMiB * MIB, free: freeMiB * MIB } : machine,
  );
  const least = (key: 'total' | 'free') => Math.min(...each.map((memory) => memory[key]));
  return { device: 'gpu', bf16, total: least('total'), free: least('free') };
}

/** One of whose memory nothing is known here: on another machine, or a part of a GPU. */
export function unknownDevice(device: TrainingDevice['device'], bf16 = true): TrainingDevice {
  return { device, bf16, total: Number.POSITIVE_INFINITY, free: Number.POSITIVE_INFINITY };
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
