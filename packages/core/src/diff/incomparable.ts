import { isMembersGap, USERS_GAP } from '../cognito/capture-gap.js'
import { groupKind } from '../cognito/resources/group.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import type { StreamName } from '../model/records.js'
import type { Gap, Manifest } from '../vault/manifest.js'

/** What a snapshot lacks because it could not be read, so that nobody can say whether it differs. */
export interface Unknown extends Gap {
  /** The id of the snapshot. */
  readonly snapshot: string
}

/** What of two snapshots is to be left out of a comparison, on both sides: it is not all there on one of them. */
export interface Incomparable {
  readonly kinds: ReadonlySet<string>
  readonly streams: ReadonlySet<StreamName>
  readonly unknown: readonly Unknown[]
}

/** What was read but in part is left out whole: a gap does not say which part that was. */
export function incomparable(left: Manifest, right: Manifest): Incomparable {
  const unread = new Set([...gapsOf(left), ...gapsOf(right)].map(({ resource }) => resource))
  const streams = new Set<StreamName>()
  if (unread.has(USERS_GAP)) streams.add('users').add('memberships')
  // Whose group is not known was not asked for.
  if (unread.has(groupKind.plural) || [...unread].some(isMembersGap)) streams.add('memberships')
  return {
    kinds: new Set(RESOURCE_KINDS.filter(({ plural }) => unread.has(plural)).map(({ kind }) => kind)),
    streams,
    unknown: [...unknownOf(left, right), ...(left.snapshot === right.snapshot ? [] : unknownOf(right, left))],
  }
}

function gapsOf({ missing, notApplicable }: Manifest): readonly Gap[] {
  return [...missing, ...notApplicable]
}

/** What applies to neither pool is no secret: neither has it. */
function unknownOf(side: Manifest, other: Manifest): Unknown[] {
  const appliesToNeither = new Set(other.notApplicable.map(({ resource }) => resource))
  return [...side.missing, ...side.notApplicable.filter(({ resource }) => !appliesToNeither.has(resource))]
    .flatMap((gap) =>
      gap.resource === groupKind.plural ? [gap, { ...gap, resource: 'memberships' }] : [gap],
    )
    .map((gap) => ({ snapshot: side.snapshot, ...gap }))
}
