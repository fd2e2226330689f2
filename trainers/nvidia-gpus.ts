import { nvidiaSmi } from './nvidia-smi.ts';

export interface NvidiaGpu {
  index: string;
  uuid: string;
  totalMiB: number;
  freeMiB: number;
}

/** The GPUs that nvidia-smi lists, of those that `CUDA_VISIBLE_DEVICES` in the environment allows; none where there is no driver. */
export async function nvidiaGpus(env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<NvidiaGpu[]> {
  const query = ['--query-gpu=index,uuid,memory.total,memory.free', '--format=csv,noheader,nounits'];
  const printed = await nvidiaSmi(query, env, signal);
  return printed === undefined ? [] : visible(parseGpus(printed), env.CUDA_VISIBLE_DEVICES);
}

function parseGpus(csv: string): NvidiaGpu[] {
  return csv.split('\n').flatMap((line) => {
    const [index, uuid, total, free] = line.split(',').map((cell) => cell.trim());
    if (!index || !uuid) return [];
    // Where a GPU does not tell its memory, `[N/A]`, it shares that of the system.
    return [{ index, uuid, totalMiB: Number(total) || 0, freeMiB: Number(free) || 0 }];
  });
}

function visible(gpus: readonly NvidiaGpu[], only: string | undefined): NvidiaGpu[] {
  if (only === undefined) return [...gpus];
  const names = only.split(',').map((name) => name.trim());
  const found = (name: string) => gpus.find(({ index, uuid }) => name === index || (name && uuid.startsWith(name)));
  return names.flatMap((name) => found(name) ?? (name.startsWith('MIG-') ? partOf(name) : []));
}

/** A part of a GPU, which nvidia-smi does not list: nothing is known of its memory. */
function partOf(name: string): NvidiaGpu {
  return { index: name, uuid: name, totalMiB: 0, freeMiB: 0 };
}
