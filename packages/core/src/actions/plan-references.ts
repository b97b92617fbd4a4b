import type { ResourceSet } from '../cognito/resource-set.js'
import { text } from '../cognito/canonical-body.js'
import { CodedError } from '../model/errors.js'
import type { PlannedReference } from '../model/planned-reference.js'
import { planResources, type ResourcePlanning } from '../restore/plan-resources.js'
import {
  type AppliedReferences,
  applyReferences,
  type SubjectNote,
} from '../restore/references/apply-references.js'
import { isAccount, isRegion, parseArn } from '../restore/references/arn.js'
import { checkValues } from '../restore/references/check-reference.js'
import { findReferences } from '../restore/references/find-references.js'
import type { MappedReference, Mapping } from '../restore/references/mapping.js'
import { isUnplaced } from '../restore/references/placement.js'
import { type Home, memberText } from '../restore/references/reference.js'
import { writtenReferences } from '../restore/references/written-references.js'
import type { Manifest } from '../vault/manifest.js'
import type { CognitoContext } from './context.js'

/** What is said of what is outside the pool: a request's own words. */
export interface ReferenceRequest {
  /** What stands for what: whole values, accounts, Regions. */
  readonly map?: readonly Mapping[]
  /** Values whose settings are not restored. */
  readonly drop?: readonly string[]
}

/** The references of a plan, and between which places they were judged. */
export interface PlannedReferences {
  readonly references: readonly PlannedReference[]
  readonly from: Home
  readonly to: Home
  /** Why the target's account is not known, where it is not: then Regions alone were judged. */
  readonly accountUnknown: string | undefined
}

/** What was said of references, applied to a snapshot. */
export interface ChosenReferences extends AppliedReferences {
  readonly from: Home
}

/**
 * Applies what a request says of references to the resources of a snapshot, before anything is read of the target.
 *
 * @param region where the restore goes
 * @throws CodedError `USAGE` for what the snapshot does not name
 */
export function chooseReferences(
  resources: ResourceSet,
  manifest: Manifest,
  { map = [], drop = [] }: ReferenceRequest,
  region: string,
): ChosenReferences {
  const from = homeOf(resources, manifest.pool.region)
  const to = { region, account: undefined }
  return { ...applyReferences(resources, { mappings: map, drop, from, to }), from }
}

/** What the plan needs outside the pool, and what the report says of it. */
export interface JudgedReferences extends PlannedReferences {
  readonly notes: readonly SubjectNote[]
}

/**
 * The references that the plan writes.
 *
 * @param wanted the resources with what was chosen applied, as they are planned
 * @throws CodedError `REFERENCES_UNMAPPED` when nobody said what stands for some of them, `REFERENCES_MISSING` when some are not
 *   there; all are in the event `plan.references` before
 */
export async function judgeReferences(
  context: CognitoContext,
  chosen: ChosenReferences,
  wanted: ResourceSet,
  current: ResourceSet,
  planning: ResourcePlanning,
): Promise<JudgedReferences> {
  const steps = [...planResources(wanted, current, planning)]
  const written = writtenReferences(chosen.references, steps)
  const { home: to, unknown: accountUnknown } = await targetHome(context, current, planning, written)
  const unchecked = written.map((reference) => plannedReference(reference, chosen.from, to))
  const isStopped = unchecked.some(({ unmapped }) => unmapped)
  const references = isStopped ? unchecked : await checked(context, unchecked, written)
  context.sink({ code: 'plan.references', references, from: chosen.from, to })
  refuseUnmapped(references, chosen.from, to)
  // A pool that lives is repaired as far as that goes: it is without what is missing already.
  if (planning.options.mode !== 'in-place') refuseMissing(references)
  const present = new Set([...written, ...findReferences(current)].map(placeOf))
  const isTrue = ({ subject, note }: SubjectNote): boolean => {
    // A pool that exists keeps the MFA that it has.
    if (note.code === 'mfa-dropped') return planning.options.mode === 'new-pool'
    if (note.code !== 'reference-mapped') return true
    return chosen.references.some(
      (reference) =>
        reference.kind === subject.kind && reference.name === subject.id && present.has(placeOf(reference)),
    )
  }
  return { references, from: chosen.from, to, accountUnknown, notes: chosen.notes.filter(isTrue) }
}

function placeOf(reference: { kind: string; value: string; becomes?: string }): string {
  return `${reference.kind}/${reference.becomes ?? reference.value}`
}

function plannedReference(reference: MappedReference, from: Home, to: Home): PlannedReference {
  const { kind, name, path, service, value, becomes } = reference
  return {
    kind,
    name,
    member: memberText(path),
    service,
    value,
    becomes,
    unmapped: isUnplaced(reference, from, to),
  }
}

function refuseUnmapped(references: readonly PlannedReference[], from: Home, to: Home): void {
  const [first, ...more] = references.filter(({ unmapped }) => unmapped)
  if (first === undefined) return
  const place =
    from.region === to.region
      ? 'another account'
      : `another ${accountsDiffer(from, to) ? 'account and ' : ''}Region`
  const others = more.length === 0 ? '' : `, and ${more.length} more settings name such`
  throw new CodedError(
    'REFERENCES_UNMAPPED',
    `the restore goes to ${place}, and nobody said what stands there for ${first.value}${others}`,
    {
      value: first.value,
      hint: `of each give --map '${first.value}=NEW', with the same value to keep it, or --drop '${first.value}'; --map takes an account id or a Region too`,
    },
  )
}

/** What somebody has said to be right is taken at their word. */
async function checked(
  { checkReference, signal }: CognitoContext,
  references: readonly PlannedReference[],
  written: readonly MappedReference[],
): Promise<readonly PlannedReference[]> {
  if (checkReference === undefined) return references
  const values = written.filter(({ vouched }) => !vouched).map(({ becomes }) => becomes)
  const checks = await checkValues(values, checkReference, signal)
  return references.map((reference) => {
    const check = checks.get(reference.becomes)
    return check === undefined ? reference : { ...reference, check }
  })
}

function refuseMissing(references: readonly PlannedReference[]): void {
  const gone = new Map(
    references.flatMap(({ becomes, check }) =>
      check?.outcome === 'missing' ? [[becomes, check.reason]] : [],
    ),
  )
  const [first] = gone
  if (first === undefined) return
  const [value, reason] = first
  const others = gone.size === 1 ? '' : `; and ${gone.size - 1} more are missing`
  throw new CodedError(
    'REFERENCES_MISSING',
    `${value}, which the pool needs, is not there: ${reason}${others}`,
    {
      value,
      hint: 'make it, name another (--map OLD=NEW), leave its settings out (--drop OLD), or say that it is right (--map OLD=OLD)',
    },
  )
}

function accountsDiffer(from: Home, to: Home): boolean {
  return from.account !== undefined && to.account !== undefined && from.account !== to.account
}

/** Where a pool is, by its own ARN; emulators have other ones. */
function homeOf(resources: ResourceSet, region: string): Home {
  const arn = parseArn(text(resources.one('pool')?.body ?? {}, 'Arn'))
  return {
    region: arn !== undefined && isRegion(arn.region) ? arn.region : region,
    account: arn !== undefined && isAccount(arn.account) ? arn.account : undefined,
  }
}

async function targetHome(
  { api, account }: CognitoContext,
  current: ResourceSet,
  { options }: ResourcePlanning,
  written: readonly MappedReference[],
): Promise<{ home: Home; unknown: string | undefined }> {
  if (options.mode !== 'new-pool') return { home: homeOf(current, api.region), unknown: undefined }
  // Nobody is asked where nothing depends on the answer.
  if (written.length === 0) return { home: { region: api.region, account: undefined }, unknown: undefined }
  const answer = (await account?.()) ?? { unknown: 'nobody can be asked' }
  return 'id' in answer
    ? { home: { region: api.region, account: answer.id }, unknown: undefined }
    : { home: { region: api.region, account: undefined }, unknown: answer.unknown }
}
