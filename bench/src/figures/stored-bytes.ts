import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStore } from 'cognito-vault'
import type { BenchContext } from '../figure-file.js'
import { type Figure, type Goal, ratioTo } from '../figure.js'
import { gzipPeer } from '../peers/gzip.js'
import { COMPRESSIONS, type Compression, openRestic } from '../peers/restic.js'
import { createPopulation, type Population } from '../people/population.js'
import { makeMeasuredVault, type MeasuredVault } from '../vaults/measured-vault.js'

export const about = 'bytes of a first snapshot and a second; gzip, restic'

const USERS = 200_000
const CHANGED = 0.01
const FIRST: Goal = { atMost: 1.1 }
const SECOND: Goal = { atMost: 1.5 }

/** Bytes that a first snapshot and a second one have added. */
interface Added {
  readonly first: number
  readonly second: number
}

/**
 * The same records go into an encrypted vault and one in the clear, through `gzip -9` as lines, and into restic as one
 * file. What is counted is all that lies in the store afterwards, or in the repository.
 */
export async function run(context: BenchContext): Promise<Figure[]> {
  const { users = USERS } = context.scale
  context.measures('users', users)
  const population = createPopulation(users)
  const restic = await openRestic(context)
  const vaults = {
    encrypted: await openMeasured('encrypted', 'passphrase', context),
    'in the clear': await openMeasured('clear', 'none', context),
  }

  context.say('the first snapshot')
  const first = await takeAll(vaults, population)
  context.say('gzip -9')
  const gzip = await gzipPeer(context, lines(population))
  const bare = await gzipPeer(context, valuesOnly(population))
  const why = typeof restic === 'string' ? restic : undefined
  if (typeof restic !== 'string') context.say('restic, the first time')
  const resticFirst = typeof restic === 'string' ? undefined : await restic.backUp(lines(population))

  population.nextDay(CHANGED)
  context.say('the second snapshot')
  const second = await takeAll(vaults, population)
  if (typeof restic !== 'string') context.say('restic, the second time')
  const resticBoth = typeof restic === 'string' ? undefined : await restic.backUp(lines(population))

  const ours = (kind: keyof typeof vaults): Added => ({ first: first[kind], second: second[kind] })
  const theirs = (compression: Compression): Added | undefined =>
    resticFirst && resticBoth && addedBy(resticFirst[compression], resticBoth[compression])
  return [
    ...(['encrypted', 'in the clear'] as const).map((kind) =>
      ratioTo(`first snapshot, ${kind}`, ours(kind).first, gzip.peer, {
        unit: 'bytes',
        goal: FIRST,
        why: gzip.why,
      }),
    ),
    ratioTo(
      'the same beside the users alone',
      first.encrypted,
      { ...bare.peer, name: 'gzip -9' },
      { unit: 'bytes', why: bare.why ?? 'users alone: without the key before each record' },
    ),
    ...COMPRESSIONS.map((compression) =>
      ratioTo(
        `first snapshot, restic: ${compression}`,
        first.encrypted,
        { name: 'restic', value: theirs(compression)?.first ?? null },
        { unit: 'bytes', why },
      ),
    ),
    ...(['encrypted', 'in the clear'] as const).map((kind) => share(`second snapshot, ${kind}`, ours(kind))),
    ...COMPRESSIONS.map((compression) =>
      ratioTo(
        `second snapshot, restic: ${compression}`,
        second.encrypted,
        { name: 'restic', value: theirs(compression)?.second ?? null },
        { unit: 'bytes added', why: why ?? resticShare(theirs(compression)) },
      ),
    ),
  ]
}

type Vaults = Readonly<Record<'encrypted' | 'in the clear', MeasuredVault>>

async function openMeasured(
  name: string,
  encryption: 'passphrase' | 'none',
  context: BenchContext,
): Promise<MeasuredVault> {
  const url = pathToFileURL(join(context.folder, name)).href
  return makeMeasuredVault(openStore(url, context), encryption, context)
}

async function takeAll(vaults: Vaults, population: Population): Promise<Record<keyof Vaults, number>> {
  return {
    encrypted: await vaults.encrypted.take(population),
    'in the clear': await vaults['in the clear'].take(population),
  }
}

function* lines(population: Population): Generator<string> {
  for (const { line } of population.records()) yield line
}

/** What ListUsers answers of each user, without the key that a stream puts before it. */
function* valuesOnly(population: Population): Generator<string> {
  for (const { line } of population.records()) yield line.slice(line.indexOf('"value":') + 8, -1)
}

function addedBy(afterFirst: number, afterSecond: number): Added {
  return { first: afterFirst, second: afterSecond - afterFirst }
}

function share(name: string, { first, second }: Added): Figure {
  return {
    name,
    value: (second / first) * 100,
    unit: '% of the first',
    goal: SECOND,
    note: `${second.toLocaleString('en-US')} bytes added`,
  }
}

function resticShare(added: Added | undefined): string | undefined {
  return added && `restic added ${((added.second / added.first) * 100).toFixed(1)} % of its first`
}
