import './silence-libraries.js'
import { hostname, tmpdir } from 'node:os'
import { systemClock } from '../model/system-clock.js'
import { EXIT } from './exit-codes.js'
import { runCli } from './run-cli.js'

const stop = new AbortController()

function onSignal(): void {
  // The second one does not wait for anything: whatever is half-done is invisible in the vault, or in the journal.
  if (stop.signal.aborted) process.exit(EXIT.interrupted)
  process.stderr.write('\rcognito-vault: stopping; again to stop at once\n')
  stop.abort()
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
for (const stream of [process.stdout, process.stderr]) {
  // Who reads may stop reading (`| head`): the work goes on, and the exit code says how it ended.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
  })
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  clock: systemClock,
  // eslint-disable-next-line no-restricted-syntax -- this is where everybody else's randomness comes from
  random: () => Math.random(),
  signal: stop.signal,
  tempDirectory: tmpdir(),
  holder: { host: hostname(), pid: process.pid },
})
process.removeListener('SIGINT', onSignal)
process.removeListener('SIGTERM', onSignal)
