import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: {
      'cognito-vault-simulator': fileURLToPath(new URL('packages/simulator/src/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'demo/src/**/*.test.ts'],
    testTimeout: 30_000,
    // Much of a test's time is waiting for an answer on loopback.
    maxWorkers: 2,
  },
})
