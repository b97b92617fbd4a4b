import type { Command } from 'commander'
import { history, type HistoryResult } from '../../actions/history.js'
import { CodedError } from '../../model/errors.js'
import { failureDocument } from '../failure.js'
import { historyText, restoreCommand } from '../render-history.js'
import { counted } from '../render-text.js'
import type { Perform } from './command.js'

export function addHistory(program: Command, perform: Perform): void {
  program
    .command('history')
    .description('show a user at every restore point of a pool, and how to go back to one')
    .requiredOption('--pool <id>', "the pool's snapshots")
    .requiredOption(
      '--user <query>',
      'the user of this sub, username, email or phone number, or ATTRIBUTE=VALUE',
    )
    .action(async ({ pool, user }: { pool: string; user: string }, command: Command) => {
      await perform(command, async (run) => {
        const found = await history(run.vault(), { poolId: pool, query: user })
        const error = unreadableError(found)
        if (found.people.length === 0 && error === undefined) throw noSuchUser(pool)
        return { document: historyDocument(found), text: historyText(found, run.columns), error }
      })
    })
}

function historyDocument({ people, unreadable, ...rest }: HistoryResult): object {
  return {
    ...rest,
    people: people.map(({ subs, states }) => ({
      subs,
      states: states.map((state) => {
        const { point, ...what } = state
        const restore = restoreCommand(state)
        return { ...point, ...what, ...(restore === undefined ? {} : { restore }) }
      }),
    })),
    unreadable: unreadable.map(({ key, error }) => ({ key, error: failureDocument(error) })),
  }
}

function unreadableError({ unreadable, unreadableRuns: [run] }: HistoryResult): CodedError | undefined {
  if (unreadable.length > 0)
    return new CodedError('VAULT_DAMAGED', `${counted(unreadable.length, 'snapshot')} cannot be read`, {
      hint: 'see what is damaged: cognito-vault verify',
    })
  if (run === undefined) return undefined
  return new CodedError(run.code, `whom ${run.runId} made again is not known: ${run.reason}`, {
    value: run.runId,
    hint: 'a user who was made again by it may be missing, or be shown as two; see cognito-vault verify',
  })
}

/** The query is not repeated: it is a person's. */
function noSuchUser(poolId: string): CodedError {
  return new CodedError('NOT_IN_SNAPSHOT', `no snapshot of ${poolId} has a user whom the query fits`, {
    value: poolId,
    hint: 'a user is found by the whole sub, username, email, phone number or preferred username, or by ATTRIBUTE=VALUE',
  })
}
