import { expect, test } from 'vitest';
import { submitSlurmArray } from '../../../trainers/executors/slurm-array.ts';

test('a machine without Slurm is told where to train', async () => {
  const submitting = submitSlurmArray('worker.sh', [], { PATH: import.meta.dirname });
  await expect(submitting).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/cannot start Slurm's sbatch: ENOENT[\s\S]*login node.*--executor local/),
  });
});
