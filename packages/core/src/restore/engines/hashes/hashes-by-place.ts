import { CodedError } from '../../../model/errors.js'
import { mergeJoin } from '../../../sorting/merge-join.js'
import { createSorter, type Sorter } from '../../../sorting/external-sort.js'
import type { RunHeader } from '../../run-header.js'
import { type HashSource, readHashes } from './read-hashes.js'

/** A row of the plan for whose user there is a hash. */
export interface HashedRow {
  readonly place: string
  /** The user's old sub. */
  readonly sub: string
  readonly login: string
}

/**
 * The hashes by the places of their users in the plan, read from the source again.
 *
 * @param each tells of the rows
 * @throws CodedError `HASHES_NEEDED` when the source is not the one that the plan was made with
 */
export async function hashesByPlace(
  source: HashSource,
  settings: NonNullable<RunHeader['import']>,
  tempDirectory: string,
  each: (take: (row: HashedRow) => Promise<void>) => Promise<void>,
): Promise<Sorter> {
  const sorter = (): Sorter => createSorter({ tempDirectory, duplicates: 'keep' })
  const [bySub, byLogin, byPlace] = [sorter(), sorter(), sorter()]
  const hashes = await readHashes(source, tempDirectory, ({ hash }) => hash)
  try {
    if (hashes.sha256 !== settings.hashes?.sha256) throw otherHashes()
    await each(async (row) => bySub.add({ key: row.sub, line: JSON.stringify([row.place, row.login]) }))
    for await (const { left, right } of mergeJoin(bySub.sorted(), hashes.bySub.sorted())) {
      if (left === undefined) continue
      const [place, login] = JSON.parse(left.line) as [string, string]
      if (right === undefined) await byLogin.add({ key: login, line: place })
      else await byPlace.add({ key: place, line: right.line })
    }
    for await (const { left, right } of mergeJoin(byLogin.sorted(), hashes.byUsername.sorted())) {
      if (left !== undefined && right !== undefined) await byPlace.add({ key: left.line, line: right.line })
    }
    return byPlace
  } catch (error) {
    await byPlace.clear()
    throw error
  } finally {
    await hashes.clear()
    await bySub.clear()
    await byLogin.clear()
  }
}

function otherHashes(): CodedError {
  return new CodedError('HASHES_NEEDED', 'the password hashes are not those that the plan was made with', {
    hint: 'give the same file, unchanged, with --hashes FILE',
  })
}

/**
 * Refuses to go on with a run whose plan has hashes, which no vault holds, without them.
 *
 * @throws CodedError `HASHES_NEEDED`
 */
export function hashesNeeded(runId: string): CodedError {
  return new CodedError(
    'HASHES_NEEDED',
    `${runId} was planned with password hashes, which the vault does not hold`,
    {
      value: runId,
      hint: `give the same file again: cognito-vault resume ${runId} --hashes FILE`,
    },
  )
}
