import { afterAll, beforeAll, describe, it } from 'vitest'
import { type FaultLab, openFaultLab } from './fault-lab.js'
import type { Kind } from './fault-vault.js'
import { SETTINGS, sweep, SWEEP_TIMEOUT_MS, type Trial } from './sweep.js'

let faultLab: FaultLab
beforeAll(async () => {
  faultLab = await openFaultLab()
})
afterAll(() => faultLab.lab.close())

describe.each(SETTINGS)(
  'with a $kind vault of which one storage call goes wrong, tried again: $retries',
  { timeout: SWEEP_TIMEOUT_MS },
  (setting) => {
    it('a pool is made anew right, or what is wrong is said', () =>
      sweep(() => makingAnew(setting.kind), setting))
  },
)

/** The other pool keeps its domain, which no second one can have: that operation fails, whatever else goes wrong. */
async function makingAnew(kind: Kind): Promise<Trial> {
  const { inspect, seed } = faultLab.lab.simulator
  const vault = await faultLab.vaultOf(kind).copy()
  const before = new Set(inspect.poolIds())
  const news = (): string[] => inspect.poolIds().filter((id) => !before.has(id))
  const trial = faultLab.restoring(kind, vault, { target: { mode: 'new-pool', poolName: 'shop' } }, () => {
    const [made, ...more] = news()
    if (made === undefined || more.length > 0) throw new Error(`${news().length} pools were made`)
    return made
  })
  return {
    ...trial,
    end: async () => {
      for (const UserPoolId of news()) {
        for (const { Domain } of inspect.pool(UserPoolId).domains)
          seed.call('DeleteUserPoolDomain', { UserPoolId, Domain: Domain })
        seed.call('DeleteUserPool', { UserPoolId })
      }
      await Promise.resolve()
    },
  }
}
