import { describe } from 'vitest';
import { localExecutor } from '../../../trainers/executors/local-executor.ts';
import { testFourGpus } from './four-gpus.ts';

const gpus = ['0', '1', '2', '3'];

describe('on this machine', () => {
  testFourGpus(() => ({ executor: localExecutor(gpus), settings: { name: 'local', local: { gpus } } }));
});
