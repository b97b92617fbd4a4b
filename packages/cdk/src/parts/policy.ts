import type { Permission, Scope } from '../permissions'
import type { Settings } from '../settings'
import { pick } from '../toggle'
import { arnHere, iamArn } from './place'
import type { Storage } from './storage'

/** What policies and environments name. */
export interface Places extends Storage {
  readonly topicArn: string
}

/** The tag by which a drill's scratch pools are known. */
export const DRILL_TAG = 'cognito-vault:drill'

interface Narrowed {
  readonly resource: string | readonly string[]
  readonly condition?: Record<string, unknown>
}

/** The policy of one role: a statement for each scope and service, so that it can be read beside the table. */
export function policyOf(
  permissions: readonly Permission[],
  settings: Settings,
  places: Places & { readonly logGroupArn: string },
): Record<string, unknown> {
  const groups = new Map<string, { permission: Permission; actions: Set<string> }>()
  for (const permission of permissions) {
    const key = [permission.service, permission.scope, permission.onlyWithLocks].join(' ')
    const group = groups.get(key) ?? { permission, actions: new Set<string>() }
    groups.set(key, group)
    for (const operation of permission.operations)
      group.actions.add(permission.action ?? `${permission.service}:${operation}`)
  }
  return {
    Version: '2012-10-17',
    Statement: [...groups.values()]
      .map(({ permission, actions }) => {
        const { resource, condition } = narrowed(permission.scope, settings, places)
        const statement = {
          Effect: 'Allow',
          Action: [...actions].sort(),
          Resource: resource,
          ...(condition === undefined ? {} : { Condition: condition }),
        }
        return permission.onlyWithLocks ? pick(settings.locks, statement) : statement
      })
      .filter((statement) => statement !== undefined),
  }
}

function narrowed(
  scope: Scope,
  settings: Settings,
  places: Places & { readonly logGroupArn: string },
): Narrowed {
  const resources: Readonly<Record<Scope, Narrowed>> = {
    pools: { resource: settings.poolArns },
    'any-pool': { resource: arnHere('cognito-idp', 'userpool/*') },
    'scratch-pool': {
      resource: arnHere('cognito-idp', 'userpool/*'),
      condition: { Null: { [`aws:ResourceTag/${DRILL_TAG}`]: 'false' } },
    },
    'new-scratch-pool': {
      resource: '*',
      condition: { Null: { [`aws:RequestTag/${DRILL_TAG}`]: 'false' } },
    },
    'identity-pools': { resource: arnHere('cognito-identity', 'identitypool/*') },
    bucket: { resource: places.bucketArn },
    objects: { resource: `${places.bucketArn}/*` },
    key: { resource: places.keyArn },
    keys: { resource: pick(settings.replicates, [places.keyArn, settings.secondaryKeyArn], [places.keyArn]) },
    topic: { resource: places.topicArn },
    'log-group': { resource: places.logGroupArn },
    'roles-for-cognito': {
      resource: iamArn('role/*'),
      condition: {
        StringEquals: {
          'iam:PassedToService': ['cognito-idp.amazonaws.com', 'cognito-identity.amazonaws.com'],
        },
      },
    },
    'service-linked-roles': {
      resource: iamArn('role/aws-service-role/*'),
      condition: {
        StringEquals: {
          'iam:AWSServiceName': ['email.cognito-idp.amazonaws.com', 'cognito-idp.amazonaws.com'],
        },
      },
    },
    'grants-for-services': { resource: '*', condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
    'restore-roles': { resource: iamArn('role/cognito-vault-restore*', '*') },
    everything: { resource: '*' },
  }
  return resources[scope]
}
