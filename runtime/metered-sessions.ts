import type { AdapterFile, Engine, EngineSession } from './engine.ts';
import type { Prediction } from './prediction.ts';

/** Opens the sessions of one step, and tells what the step has cost since then. */
export function meteredSessions(engine: Pick<Engine, 'session'>) {
  const started = performance.now();
  const sessions: EngineSession[] = [];
  return {
    async open(adapter: AdapterFile | undefined): Promise<EngineSession> {
      const session = await engine.session(adapter);
      sessions.push(session);
      return session;
    },
    cost: (): Pick<Prediction, 'latencyMs' | 'prefilled' | 'generated'> => ({
      latencyMs: performance.now() - started,
      prefilled: sessions.reduce((sum, { usage }) => sum + usage.prefilled, 0),
      generated: sessions.reduce((sum, { usage }) => sum + usage.generated, 0),
    }),
  };
}
