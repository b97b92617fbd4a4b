import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { systemClock } from 'cognito-vault'
import { FIGURE_FILES } from './figures/all.js'
import { commitOf, thisMachine } from './machine.js'
import { EXIT, runBench } from './run-bench.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stop = new AbortController()

function onSignal(): void {
  if (stop.signal.aborted) process.exit(EXIT.interrupted)
  process.stderr.write('\rStopping; again to stop at once\n')
  stop.abort(new Error('interrupted'))
}

function coreVersion(): string {
  const text = readFileSync(`${root}packages/core/package.json`, 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
process.exitCode = await runBench(process.argv.slice(2), {
  files: FIGURE_FILES,
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  // eslint-disable-next-line no-restricted-syntax -- this is where everybody else's randomness comes from
  random: () => Math.random(),
  signal: stop.signal,
  env: process.env,
  machine: thisMachine(),
  versions: { node: process.versions.node, 'cognito-vault': coreVersion() },
  commit: await commitOf(root, 'bench/results'),
  resultsPath: `${root}bench/results/latest.json`,
  tempDirectory: tmpdir(),
})
process.removeListener('SIGINT', onSignal)
process.removeListener('SIGTERM', onSignal)
