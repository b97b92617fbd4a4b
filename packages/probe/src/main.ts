import './silence-libraries.js'
import { systemClock } from 'cognito-vault'
import { EXIT } from './report.js'
import { runProbe } from './run-probe.js'

const stop = new AbortController()

function onSignal(): void {
  if (stop.signal.aborted) process.exit(EXIT.interrupted)
  process.stderr.write(
    '\rStopping, and deleting what was made; again to stop at once, then: npm run probe -- --clean\n',
  )
  stop.abort()
}

process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
process.exitCode = await runProbe(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  clock: systemClock,
  // eslint-disable-next-line no-restricted-syntax -- this is where everybody else's randomness comes from
  random: () => Math.random(),
  signal: stop.signal,
})
process.removeListener('SIGINT', onSignal)
process.removeListener('SIGTERM', onSignal)
