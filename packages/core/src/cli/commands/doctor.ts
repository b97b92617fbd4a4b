import type { Command } from 'commander'
import { doctor, type DoctorReport } from '../../actions/doctor.js'
import { CodedError } from '../../model/errors.js'
import { doctorText } from '../render-doctor.js'
import type { Perform } from './command.js'

export function addDoctor(program: Command, perform: Perform): void {
  program
    .command('doctor')
    .description(
      'what a backup of a pool lacks, and what the pool could not get back; exit 13 where a read is denied',
    )
    .requiredOption('--pool <id>', 'the pool')
    .action(async ({ pool }: { pool: string }, command: Command) => {
      await perform(command, async (run) => {
        const report = await run.cognito({ poolId: pool }, (context) => doctor(context, pool))
        return { document: report, text: doctorText(report, run.columns), error: deniedError(report) }
      })
    })
}

function deniedError({ denied, poolId }: DoctorReport): CodedError | undefined {
  const [first] = denied
  if (first === undefined) return undefined
  const actions = [...new Set(denied.map(({ action }) => action))].join(', ')
  return new CodedError(
    'ACCESS_DENIED',
    `a backup of ${poolId} would be incomplete: it may not do ${actions}`,
    {
      value: first.action,
      hint: `allow ${actions} on the pool, then ask again: what follows a denied listing could not be tried`,
    },
  )
}
