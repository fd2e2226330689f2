import { afterAll, beforeAll, describe } from 'vitest';
import { ExecutorSettingsSchema } from '../../../trainers/executors/executor-settings.ts';
import { slurmExecutor } from '../../../trainers/executors/slurm.ts';
import { noSlurm, type SlurmCluster, slurmCluster } from '../../fixtures/clusters/slurm-cluster.ts';
import { testFourGpus } from './four-gpus.ts';

const why = noSlurm();

describe.skipIf(why)(`on a Slurm of one node${why ? ` (skipped: ${why})` : ''}`, () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await slurmCluster();
  });
  afterAll(() => cluster?.stop());

  const settings = { name: 'slurm', slurm: { partition: 'gpu', time: '1:00:00', gpus: 1, cpus: 1 } } as const;
  const { slurm } = ExecutorSettingsSchema.parse(settings);
  testFourGpus(() => ({ executor: slurmExecutor(slurm), settings, env: cluster.env }));
});
