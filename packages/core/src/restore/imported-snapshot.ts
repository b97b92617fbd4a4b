import { resourceSet, type ResourceSet, withoutKinds } from '../cognito/resource-set.js'
import { groupKind } from '../cognito/resources/group.js'
import { kindsNamed } from '../cognito/resources/resource-kinds.js'
import { CodedError } from '../model/errors.js'
import { resourceKey } from '../model/records.js'
import type { Manifest } from '../vault/manifest.js'
import type { LimitedResources } from './reach/limit-resources.js'

/** What the workflow's table says of a group; where it says nothing of one of these, the group had none. */
const TOLD_BY_TABLE = ['GroupName', 'Description', 'Precedence']

/**
 * What of the target is passed by because a snapshot that was imported knows nothing of its kind: that the snapshot has none does
 * not mean that there was none.
 */
export function passingByUnknown(
  limited: LimitedResources,
  current: ResourceSet,
  manifest: Manifest,
): LimitedResources {
  if (manifest.imported === undefined) return limited
  const passedBy = new Set(limited.passedBy)
  for (const kind of kindsNamed(new Set(manifest.missing.map(({ resource }) => resource)))) {
    if (limited.wanted.of(kind).length > 0) continue
    for (const { name } of current.of(kind)) passedBy.add(resourceKey(kind, name))
  }
  return { ...limited, passedBy }
}

/**
 * The groups of a snapshot that was imported, with what its source does not hold of them as the target has it, so that a restore
 * leaves it and a comparison passes over it.
 */
export function withUnknownAsItIs(
  wanted: ResourceSet,
  present: ResourceSet,
  manifest: Manifest,
): ResourceSet {
  const { imported } = manifest
  if (imported === undefined) return wanted
  const told = imported.source === 'backup-table' ? TOLD_BY_TABLE : ['GroupName']
  const current = new Map(present.of(groupKind.kind).map(({ name, body }) => [name, body]))
  const groups = wanted.of(groupKind.kind).map(({ name, body }) => {
    const unknown = Object.entries(current.get(name) ?? {}).filter(([member]) => !told.includes(member))
    return { name, body: { ...body, ...Object.fromEntries(unknown) } }
  })
  const rest = withoutKinds(wanted, new Set([groupKind.kind]))
  const own = resourceSet(new Map([[groupKind.kind, groups]]))
  const of: ResourceSet['of'] = (kind) => (kind === groupKind.kind ? own : rest).of(kind)
  return { of, one: (kind) => of(kind)[0] }
}

/** @throws CodedError `NOT_IN_SNAPSHOT` where a pool is to be made from a snapshot that has not the settings of one */
export function requirePoolSettings(found: ResourceSet, { snapshot }: Manifest): void {
  if (found.one('pool') !== undefined) return
  throw new CodedError(
    'NOT_IN_SNAPSHOT',
    `snapshot ${snapshot} does not have the settings of its pool, so no pool can be made from it`,
    {
      value: snapshot,
      hint: `make a pool, then bring the users into it: cognito-vault restore ${snapshot} --to-pool ID`,
    },
  )
}
