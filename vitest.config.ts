import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'

const TESTS = [
  'packages/*/src/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'demo/src/**/*.test.ts',
  'bench/src/**/*.test.ts',
]

/** Tests that replace a module or a timer, or watch the whole process. */
const ALONE = [
  'packages/core/src/limiter/budget.test.ts',
  'packages/core/src/model/parallel.test.ts',
  'packages/core/src/model/system-clock.test.ts',
  'packages/core/src/sorting/external-sort.test.ts',
  'packages/core/src/storage/fs/fs-store.test.ts',
  'packages/core/test/capture/long-lived-signal.test.ts',
  'packages/core/test/stack/functions.test.ts',
]

export default defineConfig({
  resolve: {
    alias: {
      'cognito-vault-simulator': fileURLToPath(new URL('packages/simulator/src/index.ts', import.meta.url)),
    },
  },
  test: {
    testTimeout: 30_000,
    // Much of a test's time is waiting for an answer on loopback.
    maxWorkers: 3,
    projects: [
      // Loading the SDK takes two seconds, which most test files would take longer than. No module holds state, so they can share it.
      {
        extends: true,
        test: {
          name: 'shared',
          include: TESTS,
          exclude: [...configDefaults.exclude, ...ALONE],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
})
