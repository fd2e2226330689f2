import type { AdapterFile, Engine } from '../../../runtime/engine.ts';
import type { EngineUse, Predict } from './predict.ts';

/** An engine as one system uses it. */
export interface MeteredEngine {
  engine: Engine;
  /** What was used since the last time, and what the system's sessions hold. */
  take(): Promise<EngineUse>;
}

/**
 * Counts what one system asks of an engine that several share. A switch is a session for another adapter than the one that the system had before;
 * its time is until the engine can take the prompt: reading the adapter and opening its context where neither is there, and next to nothing where
 * both are. Tokens that are evaluated again behind it count as prefilled. Engines that switch within a request tell no such time.
 */
export function meteredEngine(engine: Engine): MeteredEngine {
  let current: string | undefined;
  let switches: number[] = [];
  const used = new Map<string, AdapterFile | undefined>();
  let state: { sessions: number; bytes: number } | undefined;
  const tells = engine.abilities.loadsAdapters;

  async function stateBytes(): Promise<number | undefined> {
    if (engine.stateBytes === undefined) return undefined;
    if (state?.sessions !== used.size)
      state = { sessions: used.size, bytes: await engine.stateBytes([...used.values()]) };
    return state.bytes;
  }

  return {
    engine: {
      ...engine,
      async session(adapter) {
        const key = adapter?.path ?? '';
        const started = performance.now();
        const session = await engine.session(adapter);
        if (current !== undefined && current !== key) switches.push(performance.now() - started);
        current = key;
        used.set(key, adapter);
        return session;
      },
    },
    async take() {
      const bytes = await stateBytes();
      const use = {
        ...(tells && { switchesMs: switches }),
        residentBytes: process.memoryUsage.rss(),
        ...(bytes !== undefined && { stateBytes: bytes }),
      };
      switches = [];
      return use;
    },
  };
}

/** Adds what was used to each prediction. */
export function metered(predict: Predict, meters: readonly MeteredEngine[]): Predict {
  return async (...step) => {
    const prediction = await predict(...step);
    const uses = await Promise.all(meters.map((meter) => meter.take()));
    return uses.length === 0 ? prediction : { ...prediction, engineUse: together(uses) };
  };
}

/** A system may use two engines. */
function together(uses: readonly EngineUse[]): EngineUse {
  const switches = uses.flatMap(({ switchesMs }) => switchesMs ?? []);
  const states = uses.map(({ stateBytes }) => stateBytes);
  return {
    ...(uses.some(({ switchesMs }) => switchesMs) && { switchesMs: switches }),
    residentBytes: Math.max(...uses.map(({ residentBytes }) => residentBytes)),
    ...(states.every((bytes) => bytes !== undefined) && { stateBytes: states.reduce((sum, bytes) => sum + bytes, 0) }),
  };
}
