import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/gpu/**'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/strict-equality.ts'],
    reporters: ['default', ['json', { outputFile: '.cache/test-results.json' }]],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // A second, the default, is short where two cores have much to do.
    expect: { poll: { timeout: 20_000 } },
    // Two cores: more workers would only wait for one another's subprocesses.
    maxWorkers: 2,
  },
});
