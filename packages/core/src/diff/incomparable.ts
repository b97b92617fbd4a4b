import { isMembersGap, MFA_GAP, USERS_GAP } from '../cognito/capture-gap.js'
import { clientKind } from '../cognito/resources/client.js'
import { groupKind } from '../cognito/resources/group.js'
import { kindsNamed, RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { MFA_STREAM, type StreamName } from '../model/records.js'
import type { Gap, Manifest } from '../vault/manifest.js'
import { unrecorded } from './unrecorded.js'

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
  /** The snapshot, where one of them alone was taken without what costs money to read: the second factors of users. */
  readonly withoutMfa?: string
}

/** What was read but in part is left out whole: a gap does not say which part that was. */
export function incomparable(left: Manifest, right: Manifest): Incomparable {
  const unread = new Set([...gapsOf(left), ...gapsOf(right)].map(({ resource }) => resource))
  const streams = new Set<StreamName>()
  if (unread.has(USERS_GAP)) streams.add('users').add('memberships')
  const lacking = [left, right].filter((side) => side.streams.mfa === undefined)
  if (lacking.length === 1 || unread.has(MFA_GAP)) streams.add(MFA_STREAM)
  // Whose group is not known was not asked for.
  if (unread.has(groupKind.plural) || [...unread].some(isMembersGap)) streams.add('memberships')
  return {
    kinds: kindsNamed(unread),
    streams,
    ...(lacking.length === 1 && lacking[0] !== undefined ? { withoutMfa: lacking[0].snapshot } : {}),
    unknown: [...unknownOf(left, right), ...(left.snapshot === right.snapshot ? [] : unknownOf(right, left))],
  }
}

function gapsOf(manifest: Manifest): readonly Gap[] {
  return [...manifest.missing, ...manifest.notApplicable, ...unrecorded(manifest)]
}

/** What applies to neither pool is no secret: neither has it. */
function unknownOf(side: Manifest, other: Manifest): Unknown[] {
  const appliesToNeither = new Set(other.notApplicable.map(({ resource }) => resource))
  const gaps = [
    ...side.missing,
    ...side.notApplicable.filter(({ resource }) => !appliesToNeither.has(resource)),
    ...unrecorded(side),
  ]
  const unknown = new Map<string, Gap>()
  for (const gap of gaps) {
    for (const resource of [gap.resource, ...dependentOn(gap.resource)])
      unknown.set(resource, unknown.get(resource) ?? { ...gap, resource })
  }
  return Array.from(unknown.values(), (gap) => ({ snapshot: side.snapshot, ...gap }))
}

/** What cannot be compared either where this is unknown. */
function dependentOn(resource: string): string[] {
  if (resource === groupKind.plural) return ['memberships']
  if (resource !== clientKind.plural) return []
  return RESOURCE_KINDS.filter(({ ofClients }) => ofClients === true).map(({ plural }) => plural)
}
