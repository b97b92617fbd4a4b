import type { Command } from 'commander'
import { show, showUser } from '../../actions/show.js'
import { CodedError } from '../../model/errors.js'
import { showText, usersText } from '../render-show.js'
import type { Perform } from './command.js'

export function addShow(program: Command, perform: Perform): void {
  program
    .command('show')
    .description('show what a snapshot holds')
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')
    .option('--user <query>', 'the user of this sub, username, email or phone number, or ATTRIBUTE=VALUE')
    .option('--with-secrets', 'show client secrets and the like')
    .action(async (name: string, options: { user?: string; withSecrets?: boolean }, command: Command) => {
      await perform(command, async (run) => {
        if (options.user === undefined) {
          const shown = await show(run.vault(), name, { withSecrets: options.withSecrets === true })
          return { document: shown, text: showText(shown, run.columns) }
        }
        const found = await showUser(run.vault(), name, options.user)
        if (found.users.length === 0) throw noSuchUser(name)
        return { document: found, text: usersText(found.users) }
      })
    })
}

/** The query is not repeated: it is a person's. */
function noSuchUser(name: string): CodedError {
  return new CodedError('NOT_IN_SNAPSHOT', `snapshot ${name} has no user of that name`, {
    value: name,
    hint: 'a user is found by the whole sub, username, email, phone number or preferred username, or by ATTRIBUTE=VALUE',
  })
}
