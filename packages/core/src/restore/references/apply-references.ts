import { resourceSet, type ResourceSet } from '../../cognito/resource-set.js'
import { RESOURCE_KINDS } from '../../cognito/resources/resource-kinds.js'
import type { FoundResource, ResourceKind } from '../../cognito/resources/resource-kind.js'
import { CodedError } from '../../model/errors.js'
import type { JsonObject } from '../../model/canonical.js'
import type { Note } from '../fidelity-notes.js'
import type { Subject } from '../step.js'
import { afterDrop, lostByPool, type PoolLost } from './after-drop.js'
import { settingsToDrop, withoutSettings, withValues } from './drop-setting.js'
import { findReferences } from './find-references.js'
import { type MappedReference, type Mapping, mapReference, mappingsByValue } from './mapping.js'
import { type Home, memberText, type Reference } from './reference.js'

/** What was said of a pool's references, from where it comes and to where it goes. */
export interface ReferenceChoices {
  readonly mappings: readonly Mapping[]
  /** Values whose settings are not restored. */
  readonly drop: readonly string[]
  readonly from: Home
  readonly to: Home
}

/** What a note of the report is about. */
export interface SubjectNote {
  readonly subject: Subject
  readonly note: Note
}

export interface AppliedReferences {
  /** The snapshot's resources as they are to be restored. */
  readonly resources: ResourceSet
  /** What is outside the pool and still named, in the order of the kinds. */
  readonly references: readonly MappedReference[]
  readonly notes: readonly SubjectNote[]
}

/**
 * The resources with every reference mapped or dropped as was said, and what the report has to say of that. Pure.
 *
 * @throws CodedError `USAGE` for a mapping or a drop of what the snapshot does not name, so that a slip of the pen is no
 *   silent one; an account or a Region that is the snapshot's own may be mapped though nothing names it
 */
export function applyReferences(resources: ResourceSet, choices: ReferenceChoices): AppliedReferences {
  const mappings = mappingsByValue(choices.mappings)
  const drop = new Set(choices.drop)
  const found = findReferences(resources)
  refuseUnused(found, mappings, drop, choices.from)
  const mapped = found.map((reference) => mapReference(reference, mappings, choices.to))
  const isDropped = ({ value }: MappedReference): boolean => drop.has(value)
  const notes: SubjectNote[] = []
  const byKind = new Map<string, readonly FoundResource[]>()
  let lost: PoolLost = { email: false, sms: false }
  for (const kind of RESOURCE_KINDS) {
    const kept: FoundResource[] = []
    for (const resource of resources.of(kind.kind)) {
      const own = mapped.filter(({ kind: of, name }) => of === kind.kind && name === resource.name)
      const changed = changeResource(kind, resource, own, isDropped, lost)
      if (kind.kind === 'pool') lost = lostByPool(resource.body, changed.resource?.body ?? {})
      notes.push(...changed.notes)
      if (changed.resource !== undefined) kept.push(changed.resource)
    }
    byKind.set(kind.kind, kept)
  }
  const changed = resourceSet(byKind)
  return { resources: changed, references: remaining(changed, mapped, isDropped), notes }
}

function changeResource(
  kind: ResourceKind,
  resource: FoundResource,
  own: readonly MappedReference[],
  isDropped: (reference: MappedReference) => boolean,
  lost: PoolLost,
): { resource: FoundResource | undefined; notes: readonly SubjectNote[] } {
  const moved = own.filter((reference) => !isDropped(reference) && reference.becomes !== reference.value)
  const values = new Map(moved.map(({ path, becomes }) => [JSON.stringify(path), becomes]))
  const settings = own.filter(isDropped).flatMap(({ path }) => settingsToDrop(path))
  if (values.size === 0 && settings.length === 0 && !lost.email && !lost.sms) return { resource, notes: [] }
  const body = withoutSettings(withValues(resource.body, values), settings)
  const after = afterDrop(kind, resource, kind.normalise(body), lost)
  const subject = { kind: kind.kind, id: resource.name }
  const gone = settings.filter((path) => has(resource.body, path)).map(memberText)
  return {
    resource: after.resource,
    notes: [
      ...noteOf(
        subject,
        'reference-mapped',
        moved.map(({ path }) => memberText(path)),
      ),
      ...noteOf(subject, 'reference-dropped', [...gone, ...after.alsoChanged]),
      ...noteOf(
        subject,
        'mfa-dropped',
        after.mfaWas === undefined ? [] : [`MfaConfiguration was ${after.mfaWas}`],
      ),
    ],
  }
}

function noteOf(subject: Subject, code: Note['code'], members: readonly string[]): SubjectNote[] {
  return members.length === 0 ? [] : [{ subject, note: { code, detail: [...new Set(members)].join(', ') } }]
}

function has(body: JsonObject, path: readonly (string | number)[]): boolean {
  let value: unknown = body
  for (const part of path) value = (value as Record<string | number, unknown> | undefined | null)?.[part]
  return value !== undefined
}

/** The references that a drop has not taken along; those in lists may have moved up. */
function remaining(
  changed: ResourceSet,
  mapped: readonly MappedReference[],
  isDropped: (reference: MappedReference) => boolean,
): MappedReference[] {
  const keyOf = ({ kind, name, path }: Reference, value: string): string =>
    JSON.stringify([kind, name, path.map((part) => (typeof part === 'number' ? 0 : part)), value])
  const keys = new Set(findReferences(changed).map((reference) => keyOf(reference, reference.value)))
  return mapped.filter((reference) => !isDropped(reference) && keys.has(keyOf(reference, reference.becomes)))
}

function refuseUnused(
  found: ReturnType<typeof findReferences>,
  mappings: ReadonlyMap<string, string>,
  drop: ReadonlySet<string>,
  from: Home,
): void {
  const values = new Set(found.map(({ value }) => value))
  const parts = new Set([
    from.region,
    from.account,
    ...found.flatMap(({ region, account }) => [region, account]),
  ])
  for (const value of mappings.keys()) {
    const isUsed = values.has(value) || parts.has(value) || found.some((one) => namesPool(one, value))
    if (!isUsed) throw unused('--map', value)
  }
  for (const value of drop) {
    if (!values.has(value)) throw unused('--drop', value)
    if (mappings.has(value)) {
      throw new CodedError('USAGE', `${value} is mapped and dropped`, { value, hint: 'give --map or --drop' })
    }
  }
}

function namesPool({ service, value }: { service: string; value: string }, poolId: string): boolean {
  return service === 'url' && value.split(/[/?#]/).includes(poolId)
}

function unused(option: string, value: string): CodedError {
  return new CodedError('USAGE', `${option} names ${value}, to which nothing in the snapshot refers`, {
    value,
    hint: 'the plan lists what is outside the pool: give --dry-run, and take the value from there',
  })
}
