import type { Command } from 'commander'
import { acknowledge } from '../../actions/acknowledge.js'
import { shrinkageText } from '../../retention/shrinkage-text.js'
import { wrap } from '../render-text.js'
import type { Perform } from './command.js'
import { addGuardOptions, type GuardFlags, guardOf } from './guard-options.js'

export function addAcknowledge(program: Command, perform: Perform): void {
  const command = program
    .command('acknowledge')
    .description(
      'say that a backup which the shrink guard flagged is the new normal: forget may then forget what is before it',
    )
    .argument('<snapshot>', 'an id, a unique prefix, latest, or latest:POOLID')

  addGuardOptions(command).action(async (name: string, flags: GuardFlags, invoked: Command) => {
    await perform(invoked, async (run) => {
      const done = await acknowledge(run.vault(), name, { guard: guardOf(flags) })
      const lines = done.settled.map(({ id, shrunk }) =>
        wrap(`  ${id}: ${shrunk.map(shrinkageText).join('; ')}`, run.columns, '    '),
      )
      const what = `Acknowledged: ${done.snapshot} is the normal of ${done.poolId}.`
      return { document: done, text: `${what}\n${lines.join('\n')}\n` }
    })
  })
}
