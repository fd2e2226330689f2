import { join } from 'node:path';
import type { Engine } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { MOST_TOKENS } from '../generation-limit.ts';
import { baseFile } from './bundle-files.ts';
import type { ConvertInputs } from './inputs.ts';

/**
 * Opens the base of a bundle in the making as it is served. One processor stays free, as in an evaluation. Sessions change from tool to tool: few are
 * warm.
 */
export function openServed({ type, contextLength }: ConvertInputs, place: string): Promise<Engine> {
  return openLlamaCpp({
    model: join(place, baseFile(type)),
    contextSize: contextLength + MOST_TOKENS,
    threads: freeThreads(),
    maxSessions: 4,
  });
}
