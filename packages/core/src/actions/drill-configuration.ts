import { object, objects, text, without } from '../cognito/canonical-body.js'
import { resourceSet, type ResourceSet } from '../cognito/resource-set.js'
import { groupKind } from '../cognito/resources/group.js'
import type { FoundResource } from '../cognito/resources/resource-kind.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { poolKind } from '../cognito/resources/pool.js'
import { resourceServerKind } from '../cognito/resources/resource-server.js'
import { tagsKind } from '../cognito/resources/tags.js'
import { isObject, type JsonObject } from '../model/canonical.js'
import { applyReferences } from '../restore/references/apply-references.js'
import { findReferences } from '../restore/references/find-references.js'

/** By this tag, and by nothing else, a pool is known to be a drill's own; its value is the id of the vault. */
export const DRILL_TAG = 'cognito-vault:drill'

/** What a pool on trial has of the settings; the rest costs money, reaches people, or needs rights that a drill must not have. */
const POOL_WITHOUT = [
  'DcrConfiguration',
  'EmailConfiguration',
  'IssuerConfiguration',
  'KeyConfiguration',
  'LambdaConfig',
  'MfaConfiguration',
  'SmsConfiguration',
  'UserPoolAddOns',
]
/** The kinds that a drill makes, and so compares. */
export const TRIED_KINDS: readonly string[] = [
  poolKind.kind,
  resourceServerKind.kind,
  groupKind.kind,
  tagsKind.kind,
]

/** Groups in which nobody of the sample is: so many of them are tried as well. */
const OTHER_GROUPS = 25

/** The configuration of the scratch pool, and what of the snapshot's it leaves out, by kind. */
export interface DrillConfiguration {
  readonly resources: ResourceSet
  readonly leftOut: Readonly<Record<string, number>>
}

/**
 * The part of a pool's configuration that a drill makes: the pool with its schema, password policy and sign-in rules, its
 * resource servers, and groups without roles. No clients, providers, domain, triggers, second factors, messages; nothing outside the
 * pool is named, sign-up is off, and the tier is the cheapest. Pure.
 *
 * @param populated the groups that users of the sample are in
 * @param tag the value of {@link DRILL_TAG}
 */
export function drillConfiguration(
  found: ResourceSet,
  populated: ReadonlySet<string>,
  tag: string,
): DrillConfiguration {
  const pool = found.one(poolKind.kind)
  const others = found
    .of(groupKind.kind)
    .filter(({ name }) => !populated.has(name))
    .slice(0, OTHER_GROUPS)
  const groups = found
    .of(groupKind.kind)
    .filter((group) => populated.has(group.name) || others.includes(group))
    .map(({ name, body }) => ({ name, body: without(body, ['RoleArn']) }))
  const reduced = resourceSet(
    new Map<string, readonly FoundResource[]>([
      [poolKind.kind, pool === undefined ? [] : [{ name: pool.name, body: scratchPool(pool.body) }]],
      [resourceServerKind.kind, found.of(resourceServerKind.kind)],
      [groupKind.kind, groups],
      [tagsKind.kind, [{ name: '', body: { Tags: { [DRILL_TAG]: tag } } }]],
    ]),
  )
  const resources = withoutReferences(reduced)
  const leftOut = RESOURCE_KINDS.map(({ kind }): [string, number] => [
    kind,
    kind === tagsKind.kind ? 0 : found.of(kind).length - resources.of(kind).length,
  ])
  return { resources, leftOut: Object.fromEntries(leftOut.filter(([, n]) => n > 0)) }
}

function scratchPool(body: JsonObject): JsonObject {
  const policies = object(body, 'Policies') ?? {}
  const admin = object(body, 'AdminCreateUserConfig') ?? {}
  const settings = without(body, [...POOL_WITHOUT, 'Policies', 'AdminCreateUserConfig'])
  return {
    ...withoutPhone(settings),
    ...(isObject(policies['PasswordPolicy'])
      ? { Policies: { PasswordPolicy: policies['PasswordPolicy'] } }
      : {}),
    AdminCreateUserConfig: { ...without(admin, ['InviteMessageTemplate']), AllowAdminCreateUserOnly: true },
    DeletionProtection: 'INACTIVE',
    MfaConfiguration: 'OFF',
    UserPoolTier: 'LITE',
  }
}

/** Without a role that sends SMS a pool takes no setting that would. */
function withoutPhone(body: JsonObject): JsonObject {
  const verified = list(body['AutoVerifiedAttributes']).filter((name) => name !== 'phone_number')
  const recovery = objects(object(body, 'AccountRecoverySetting') ?? {}, 'RecoveryMechanisms').filter(
    (mechanism) => text(mechanism, 'Name') !== 'verified_phone_number',
  )
  const updates = object(body, 'UserAttributeUpdateSettings')
  const asked = list(updates?.['AttributesRequireVerificationBeforeUpdate']).filter(
    (name) => name !== 'phone_number',
  )
  return {
    ...without(body, ['AutoVerifiedAttributes', 'AccountRecoverySetting', 'UserAttributeUpdateSettings']),
    ...(verified.length > 0 ? { AutoVerifiedAttributes: verified } : {}),
    ...(recovery.length > 0 ? { AccountRecoverySetting: { RecoveryMechanisms: recovery } } : {}),
    ...(asked.length > 0
      ? { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: asked } }
      : {}),
  }
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** Whatever else names something outside the pool goes the way of `--drop`. */
function withoutReferences(resources: ResourceSet): ResourceSet {
  const drop = [...new Set(findReferences(resources).map(({ value }) => value))]
  const nowhere = { region: '', account: undefined }
  return applyReferences(resources, { mappings: [], drop, from: nowhere, to: nowhere }).resources
}
