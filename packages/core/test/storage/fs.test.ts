import { it } from 'vitest'
import { throughAllCommands } from './all-commands.js'

it('a folder holds a vault from the command line: made, backed up to, pruned, verified and restored from at once', () =>
  throughAllCommands({}))
