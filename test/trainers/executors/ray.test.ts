import { afterAll, beforeAll, describe } from 'vitest';
import { ExecutorSettingsSchema } from '../../../trainers/executors/executor-settings.ts';
import { rayExecutor } from '../../../trainers/executors/ray.ts';
import { noRay, type RayCluster, rayCluster } from '../../fixtures/clusters/ray-cluster.ts';
import { testFourGpus } from './four-gpus.ts';

const why = noRay();

describe.skipIf(why)(`on a Ray of one node${why ? ` (skipped: ${why})` : ''}`, () => {
  let cluster: RayCluster;
  beforeAll(async () => {
    cluster = await rayCluster();
  });
  afterAll(() => cluster?.stop());

  const settings = () => ({ name: 'ray', ray: { address: cluster.address, gpus: 1, cpus: 1 } }) as const;
  testFourGpus(() => ({ executor: rayExecutor(ExecutorSettingsSchema.parse(settings()).ray), settings: settings() }));
});
