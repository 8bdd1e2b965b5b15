import { defineConfig } from 'vitest/config';

/** Tests run on the sources: packages resolve each other through the `@sardonyx/source` export condition. */
const conditions = ['@sardonyx/source', 'module', 'node', 'development|production'];

/** Tests that put something else in the place of a module or of the runtime. */
const alone = ['packages/optim/test/eigen-retry.test.ts', 'packages/tensor/test/runtime/guard-zones.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Test graphs are tiny: one thread each runs them faster and keeps parallel test files from waiting for each other.
    env: { SARDONYX_THREADS: '1' },
    pool: 'forks',
    // One more than two cores: tests of pages and commands wait for much of their time.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // Importing the sources anew for every file would take a fifth of the time; these hold no state that another file could see.
        test: {
          name: 'libraries',
          include: ['packages/*/test/**/*.test.ts', 'systems/*/test/**/*.test.ts'],
          exclude: alone,
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'applications',
          include: ['test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
          // Browsers and commands that others leave little of the processor: what hangs is still told.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // These run what is built.
          globalSetup: ['apps/cli/test/build.ts', 'apps/studio/test/build-page.ts'],
        },
      },
    ],
  },
});
