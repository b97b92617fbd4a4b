import type { Command } from 'commander'
import { drill, type DrillReport } from '../../actions/drill.js'
import { CodedError } from '../../model/errors.js'
import { canAsk, confirm } from '../confirm.js'
import { EXIT } from '../exit-codes.js'
import { drillText } from '../render-drill.js'
import { mauPrices } from '../render-plan.js'
import { count, counted } from '../render-text.js'
import { manifestOf } from '../snapshot-facts.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface DrillFlags {
  readonly sample: string
  readonly yes?: boolean
}

const LARGEST_SAMPLE = 5_000

export function addDrill(program: Command, perform: Perform): void {
  program
    .command('drill')
    .description(
      'restore a sample of a snapshot into a scratch pool, compare, delete the pool; says how long a restore of everything would take',
    )
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')
    .option(
      '--sample <n>',
      `how many users, at most ${LARGEST_SAMPLE}; each is billed as monthly active`,
      '50',
    )
    .option('--yes', 'do not ask')
    .action(async (snapshot: string, flags: DrillFlags, command: Command) => {
      await perform(command, (run) => drillSnapshot(run, snapshot, flags))
    })
}

async function drillSnapshot(run: CommandRun, name: string, flags: DrillFlags): Promise<CommandResult> {
  const sample = sampleOf(flags.sample)
  const again = `cognito-vault drill ${name} --sample ${sample} --yes`
  if (flags.yes !== true && !canAsk(run.io))
    throw new CodedError('CONFIRMATION_NEEDED', 'a drill makes a pool, and there is no terminal to ask on', {
      hint: `with up to ${counted(sample, 'user')} made monthly active: ${again}`,
    })
  const { pool, snapshot } = await manifestOf(run.vault(), name)
  const price = mauPrices(sample)['Lite'] ?? 0
  const question = `A drill makes a pool in ${pool.region}, in which at most ${counted(sample, 'user')} become monthly active ($${price.toFixed(2)} at list price), and deletes it.\nType yes to drill: `
  if (flags.yes !== true && !(await confirm(run.io, question)))
    return {
      document: {},
      text: '',
      error: new CodedError('RUN_NOT_APPROVED', 'it was not confirmed; nothing was made', {
        value: snapshot,
      }),
    }
  const report = await run.cognito({ region: pool.region, intoLivePool: false }, (context) =>
    drill(context, snapshot, { sample }),
  )
  return { document: report, text: drillText(report, run.columns), ...failureOf(report) }
}

function failureOf({
  ok,
  failedCount,
  snapshot,
  poolId,
}: DrillReport): Pick<CommandResult, 'error' | 'exitCode'> {
  if (ok) return {}
  const what =
    failedCount > 0 ? `${counted(failedCount, 'operation')} did not succeed` : 'what was restored differs'
  return {
    error: new CodedError('COGNITO_FAILED', `the drill of ${poolId} failed: ${what}`, {
      value: snapshot,
      hint: 'see whether the vault is whole: cognito-vault verify --read-data',
    }),
    exitCode: failedCount > 0 ? EXIT.restoreFailed : EXIT.different,
  }
}

function sampleOf(given: string): number {
  const sample = /^[1-9]\d*$/.test(given) ? Number(given) : Number.NaN
  if (sample <= LARGEST_SAMPLE) return sample
  throw new CodedError('USAGE', `--sample takes a number from 1 to ${count(LARGEST_SAMPLE)}`, {
    value: given,
  })
}
