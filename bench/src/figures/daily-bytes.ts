import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStore } from 'cognito-vault'
import type { BenchContext } from '../figure-file.js'
import type { Figure, Goal } from '../figure.js'
import { createPopulation } from '../people/population.js'
import { makeMeasuredVault } from '../vaults/measured-vault.js'

export const about = 'bytes of daily snapshots while 1 % of the users change a day'

const USERS = 1_000_000
const DAYS = 60
const CHANGED = 0.01
const MEAN: Goal = { atMost: 3 }
const WORST: Goal = { atMost: 6 }
/** Days between two lines about how far it is. */
const SAY_EVERY = 5

/** A snapshot a day goes into an encrypted vault; what each has added is counted in the store. */
export async function run(context: BenchContext): Promise<Figure[]> {
  const { users = USERS, days = DAYS } = context.scale
  context.measures('users', users)
  context.measures('days', days)
  const population = createPopulation(users)
  const url = pathToFileURL(join(context.folder, 'vault')).href
  const vault = await makeMeasuredVault(openStore(url, context), 'passphrase', context)

  const first = await vault.take(population)
  context.say(`the first snapshot: ${grouped(first)} bytes`)
  const shares: number[] = []
  while (population.day < days) {
    population.nextDay(CHANGED)
    shares.push(((await vault.take(population)) / first) * 100)
    if (population.day % SAY_EVERY === 0 || population.day === days)
      context.say(
        `day ${population.day} of ${days}: ${shares.at(-1)?.toFixed(2) ?? ''} %, the worst ${Math.max(...shares).toFixed(2)} %`,
      )
  }
  const worst = Math.max(...shares)
  const { objects, requests, bytes } = await vault.readNewest(population)
  return [
    {
      name: 'a day, on average',
      value: shares.reduce((sum, one) => sum + one, 0) / shares.length,
      unit: '% of the first',
      goal: MEAN,
      note: `the first snapshot has ${grouped(first)} bytes`,
    },
    {
      name: 'the worst day',
      value: worst,
      unit: '% of the first',
      goal: WORST,
      note: `day ${shares.indexOf(worst) + 1}`,
    },
    {
      name: `objects that a restore of day ${days} reads`,
      value: objects,
      unit: 'objects',
      note: `in ${grouped(requests)} requests, to read every record of the snapshot once`,
    },
    {
      name: `bytes that a restore of day ${days} reads`,
      value: (bytes / first) * 100,
      unit: '% of the first',
      note: `${grouped(bytes)} bytes`,
    },
  ]
}

function grouped(n: number): string {
  return n.toLocaleString('en-US')
}
