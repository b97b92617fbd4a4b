/* eslint-disable @typescript-eslint/no-base-to-string -- names and ids are texts in every request and answer */
import { isObject, type JsonObject, type JsonValue } from '../../src/model/canonical.js'
import type { GeneratedClient, GeneratedPool, GeneratedUser } from './generated-pool.js'

/**
 * What the API reference says of members together, which the model cannot: each rule takes a pool and gives one that obeys
 * it. Which of two members that exclude each other goes is the pool's own to decide, so that each of them stays in some.
 */
const RULES: readonly { readonly source: string; readonly apply: (pool: GeneratedPool) => GeneratedPool }[] =
  [
    {
      source: 'CreateUserPool: AliasAttributes and UsernameAttributes exclude each other',
      apply: ofPool((pool) =>
        without(
          pool,
          coin(pool) ? 'AliasAttributes' : 'UsernameAttributes',
          bothOf(pool, 'AliasAttributes', 'UsernameAttributes'),
        ),
      ),
    },
    {
      source: 'PasswordPolicyType: a request has TemporaryPasswordValidityDays or UnusedAccountValidityDays',
      apply: ofPool((pool) => {
        const policy = at(at(pool, 'Policies'), 'PasswordPolicy')
        if (policy['TemporaryPasswordValidityDays'] === undefined) return pool
        if (at(pool, 'AdminCreateUserConfig')['UnusedAccountValidityDays'] === undefined) return pool
        return coin(pool)
          ? edit(pool, ['AdminCreateUserConfig'], (config) => without(config, 'UnusedAccountValidityDays'))
          : edit(pool, ['Policies', 'PasswordPolicy'], (one) => without(one, 'TemporaryPasswordValidityDays'))
      }),
    },
    {
      source: 'LambdaConfigType: custom senders need a KMSKeyID',
      apply: ofPool((pool) =>
        edit(pool, ['LambdaConfig'], (config) =>
          config['KMSKeyID'] === undefined
            ? without(without(config, 'CustomEmailSender'), 'CustomSMSSender')
            : config,
        ),
      ),
    },
    {
      source: 'KeyConfigurationType: KmsKeyArn is that of a CUSTOMER_MANAGED_KEY',
      apply: ofPool((pool) =>
        edit(pool, ['KeyConfiguration'], (key) =>
          key['KmsKeyArn'] === undefined
            ? { ...key, KeyType: 'AWS_OWNED_KEY' }
            : { ...key, KeyType: 'CUSTOMER_MANAGED_KEY' },
        ),
      ),
    },
    {
      source: 'SignInPolicyType: AllowedFirstAuthFactors has PASSWORD',
      apply: ofPool((pool) =>
        edit(pool, ['Policies', 'SignInPolicy'], (policy) => {
          const factors = texts(policy['AllowedFirstAuthFactors'])
          return factors.length === 0 || factors.includes('PASSWORD')
            ? policy
            : { ...policy, AllowedFirstAuthFactors: [...factors.slice(0, 4), 'PASSWORD'] }
        }),
      ),
    },
    {
      source:
        'feature plans: threat protection and its logs are of PLUS; in LITE there are no choice of first factors, password history, token customisation, session settings, email MFA, passkeys and managed login',
      apply: (generated) => {
        const addOns = at(generated.pool, 'UserPoolAddOns')
        const protects =
          addOns['AdvancedSecurityMode'] === 'AUDIT' || addOns['AdvancedSecurityMode'] === 'ENFORCED'
        const logs = generated.logs?.['LogConfigurations']
        const needsPlus =
          protects ||
          (Array.isArray(logs) &&
            logs.some((log) => isObject(log) && log['EventSource'] === 'userAuthEvents'))
        const isLite = generated.pool['UserPoolTier'] === 'LITE'
        if (needsPlus) return { ...generated, pool: { ...generated.pool, UserPoolTier: 'PLUS' } }
        if (!isLite || isPlain(generated)) return generated
        return coin(generated.pool)
          ? plain(generated)
          : { ...generated, pool: { ...generated.pool, UserPoolTier: 'ESSENTIALS' } }
      },
    },
    {
      source:
        'AccountRecoverySettingType: admin_only stands alone; a mechanism and a priority are given once',
      apply: ofPool((pool) =>
        edit(pool, ['AccountRecoverySetting'], (setting) => {
          const list = setting['RecoveryMechanisms']
          if (!Array.isArray(list)) return setting
          const once = uniqueBy(list.filter(isObject), (one) => one['Name'])
          const alone = once.filter((one) => one['Name'] === 'admin_only')
          const kept = alone.length > 0 ? alone : once
          return {
            ...setting,
            RecoveryMechanisms: kept.map((one, place) => ({ ...one, Priority: place + 1 })),
          }
        }),
      ),
    },
    {
      source:
        'UserAttributeUpdateSettingsType: what must be verified before it changes is verified automatically',
      apply: ofPool((pool) =>
        edit(pool, ['UserAttributeUpdateSettings'], (settings) => {
          const verified = texts(pool['AutoVerifiedAttributes'])
          const wanted = texts(settings['AttributesRequireVerificationBeforeUpdate'])
          return settings['AttributesRequireVerificationBeforeUpdate'] === undefined
            ? settings
            : {
                ...settings,
                AttributesRequireVerificationBeforeUpdate: wanted.filter((name) => verified.includes(name)),
              }
        }),
      ),
    },
    {
      source: 'CreateUserPool: MFA needs an SMS configuration, because it can set up no other factor',
      apply: ofPool((pool) =>
        pool['SmsConfiguration'] === undefined ? without(pool, 'MfaConfiguration') : pool,
      ),
    },
    {
      source:
        'SetUserPoolMfaConfig: MFA that is on needs a factor, SMS an SMS configuration, email an account of one’s own; with MFA off no factor can be set',
      apply: (generated) => {
        if (generated.mfa === undefined) return generated
        let mfa = generated.mfa
        const sends = at(generated.pool, 'EmailConfiguration')['EmailSendingAccount'] === 'DEVELOPER'
        if (!sends) mfa = without(mfa, 'EmailMfaConfiguration')
        if (
          at(mfa, 'SmsMfaConfiguration')['SmsConfiguration'] === undefined &&
          generated.pool['SmsConfiguration'] === undefined
        )
          mfa = without(mfa, 'SmsMfaConfiguration')
        const hasFactor =
          mfa['SmsMfaConfiguration'] !== undefined ||
          mfa['EmailMfaConfiguration'] !== undefined ||
          at(mfa, 'SoftwareTokenMfaConfiguration')['Enabled'] === true
        const level = mfa['MfaConfiguration'] ?? 'OFF'
        if (level !== 'OFF' && hasFactor) return { ...generated, mfa }
        for (const factor of [
          'SmsMfaConfiguration',
          'EmailMfaConfiguration',
          'SoftwareTokenMfaConfiguration',
        ])
          mfa = without(mfa, factor)
        return { ...generated, mfa: { ...mfa, MfaConfiguration: 'OFF' } }
      },
    },
    {
      source:
        'SetRiskConfiguration: threat protection is on, and an action that notifies has a NotifyConfiguration',
      apply: (generated) => {
        const mode = at(generated.pool, 'UserPoolAddOns')['AdvancedSecurityMode']
        const usable = (risk: JsonObject | undefined): JsonObject | undefined =>
          mode === 'AUDIT' || mode === 'ENFORCED' ? risk && withoutIdleNotice(risk) : undefined
        return {
          ...generated,
          risk: usable(generated.risk),
          clients: generated.clients.map((client) => ({ ...client, risk: usable(client.risk) })),
        }
      },
    },
    {
      source: 'SetUserPoolClientSessionConfiguration: the pool tracks sessions',
      apply: (generated) =>
        generated.sessions?.['UserSessionTracking'] === 'ENABLED'
          ? generated
          : {
              ...generated,
              clients: generated.clients.map((client) => ({ ...client, sessions: undefined })),
            },
    },
    {
      source: 'SetUICustomization: the pool has a domain',
      apply: (generated) =>
        generated.domain !== undefined || generated.customDomain !== undefined
          ? generated
          : {
              ...generated,
              ui: undefined,
              clients: generated.clients.map((client) => ({ ...client, ui: undefined })),
            },
    },
    {
      source:
        'CreateManagedLoginBranding: the service’s own values exclude settings and images; an image stands once in a place',
      apply: ofClients((client) => {
        const { branding } = client
        if (branding === undefined) return client
        const assets = Array.isArray(branding['Assets']) ? branding['Assets'].filter(isObject) : undefined
        const once =
          assets &&
          uniqueBy(assets, (one) => JSON.stringify([one['Category'], one['ColorMode'], one['ResourceId']]))
        return {
          ...client,
          branding:
            branding['UseCognitoProvidedValues'] === true
              ? coin(branding)
                ? {
                    ...branding,
                    UseCognitoProvidedValues: false,
                    ...(once === undefined ? {} : { Assets: once }),
                  }
                : without(without(branding, 'Settings'), 'Assets')
              : { ...branding, ...(once === undefined ? {} : { Assets: once }) },
        }
      }),
    },
    {
      source: 'CreateUserPoolClient: names need not be unique',
      apply: (generated) => ({
        ...generated,
        clients: generated.clients.map((client, place) =>
          place === 1 && generated.twins ? { ...client, create: generated.clients[0]!.create } : client,
        ),
      }),
    },
    {
      source: 'CreateIdentityProvider: an identifier is unique in its pool; a mapped attribute is mutable',
      apply: withOwnProviders,
    },
    { source: 'CreateResourceServer: a scope has its name once', apply: withOwnScopes },
    {
      source: 'CreateUserPoolClient',
      apply: (generated) => ({
        ...generated,
        clients: generated.clients.map((client) => ({
          ...client,
          create: obeyClientRules(generated, client.create),
        })),
      }),
    },
    {
      source: 'users: attributes that the schema has, addresses that nobody else has, a name of one’s own',
      apply: withOwnUsers,
    },
  ]

/** The pool that obeys every rule and is otherwise as it was. */
export function obeyRules(generated: GeneratedPool): GeneratedPool {
  return RULES.reduce((pool, { apply }) => apply(pool), generated)
}

function ofPool(change: (pool: JsonObject) => JsonObject): (generated: GeneratedPool) => GeneratedPool {
  return (generated) => ({ ...generated, pool: change(generated.pool) })
}

function ofClients(
  change: (client: GeneratedClient) => GeneratedClient,
): (generated: GeneratedPool) => GeneratedPool {
  return (generated) => ({ ...generated, clients: generated.clients.map(change) })
}

/** Decides where either will do; the same for the same request. */
function coin(request: JsonObject): boolean {
  return JSON.stringify(request).length % 2 === 0
}

function at(body: JsonObject, member: string): JsonObject {
  const value = body[member]
  return isObject(value) ? value : {}
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function without(body: JsonObject, member: string, when = true): JsonObject {
  return when ? Object.fromEntries(Object.entries(body).filter(([name]) => name !== member)) : body
}

function bothOf(body: JsonObject, a: string, b: string): boolean {
  return body[a] !== undefined && body[b] !== undefined
}

/** Changes what stands under a path of members; nothing where it is absent. */
function edit(
  body: JsonObject,
  [member, ...rest]: readonly string[],
  change: (part: JsonObject) => JsonObject,
): JsonObject {
  if (member === undefined) return change(body)
  const part = body[member]
  return isObject(part) ? { ...body, [member]: edit(part, rest, change) } : body
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => unknown): T[] {
  const seen = new Map(items.map((item) => [keyOf(item), item]))
  return [...seen.values()]
}

/** The pool without what a plan of LITE lacks. */
function plain(generated: GeneratedPool): GeneratedPool {
  const classic = (domain: JsonObject | undefined): JsonObject | undefined =>
    domain && { ...domain, ManagedLoginVersion: 1 }
  const policies = edit(generated.pool, ['Policies'], (part) => without(part, 'SignInPolicy'))
  const pool = edit(policies, ['Policies', 'PasswordPolicy'], (part) => without(part, 'PasswordHistorySize'))
  return {
    ...generated,
    pool: edit(pool, ['LambdaConfig'], (part) => without(part, 'PreTokenGenerationConfig')),
    mfa: generated.mfa && without(without(generated.mfa, 'EmailMfaConfiguration'), 'WebAuthnConfiguration'),
    sessions: undefined,
    domain: classic(generated.domain),
    customDomain: classic(generated.customDomain),
  }
}

function isPlain({ pool, mfa, sessions, domain, customDomain }: GeneratedPool): boolean {
  const policies = at(pool, 'Policies')
  return (
    texts(at(policies, 'SignInPolicy')['AllowedFirstAuthFactors']).every((factor) => factor === 'PASSWORD') &&
    at(policies, 'PasswordPolicy')['PasswordHistorySize'] === undefined &&
    [undefined, 'V1_0'].includes(
      at(at(pool, 'LambdaConfig'), 'PreTokenGenerationConfig')['LambdaVersion'] as string,
    ) &&
    mfa?.['EmailMfaConfiguration'] === undefined &&
    mfa?.['WebAuthnConfiguration'] === undefined &&
    sessions === undefined &&
    domain?.['ManagedLoginVersion'] !== 2 &&
    customDomain?.['ManagedLoginVersion'] !== 2
  )
}

function withoutIdleNotice(risk: JsonObject): JsonObject {
  return edit(risk, ['AccountTakeoverRiskConfiguration'], (takeover) =>
    takeover['NotifyConfiguration'] !== undefined
      ? takeover
      : edit(takeover, ['Actions'], (actions) =>
          Object.fromEntries(
            Object.entries(actions).map(([name, action]) => [
              name,
              isObject(action) && 'Notify' in action ? { ...action, Notify: false } : action,
            ]),
          ),
        ),
  )
}

function withOwnProviders(generated: GeneratedPool): GeneratedPool {
  const taken = new Set<string>()
  const immutable = entries(generated.pool)
    .filter((entry) => entry['Mutable'] === false)
    .map((entry) => entry['Name'])
  const providers = generated.providers.map((provider) => {
    const identifiers = texts(provider['IdpIdentifiers']).filter((one) => !taken.has(one))
    for (const one of identifiers) taken.add(one)
    return {
      ...edit(provider, ['AttributeMapping'], (mapping) =>
        Object.fromEntries(Object.entries(mapping).filter(([name]) => !immutable.includes(name))),
      ),
      ...(provider['IdpIdentifiers'] === undefined ? {} : { IdpIdentifiers: identifiers }),
    }
  })
  return { ...generated, providers }
}

function withOwnScopes(generated: GeneratedPool): GeneratedPool {
  const resourceServers = generated.resourceServers.map((server) => {
    const { Scopes } = server
    return Array.isArray(Scopes)
      ? { ...server, Scopes: uniqueBy(Scopes.filter(isObject), (scope) => scope['ScopeName']) }
      : server
  })
  return { ...generated, resourceServers }
}

function entries(pool: JsonObject): JsonObject[] {
  const { Schema } = pool
  return Array.isArray(Schema) ? Schema.filter(isObject) : []
}

/** CreateUserPoolClient: what excludes what, what needs what, and how long a token may live. */
function obeyClientRules(generated: GeneratedPool, request: JsonObject): JsonObject {
  const providers = ['COGNITO', ...generated.providers.map((provider) => String(provider['ProviderName']))]
  const scopes = generated.resourceServers.flatMap((server) =>
    Array.isArray(server['Scopes'])
      ? server['Scopes']
          .filter(isObject)
          .map((scope) => `${String(server['Identifier'])}/${String(scope['ScopeName'])}`)
      : [],
  )
  const required = entries(generated.pool)
    .filter((entry) => entry['Required'] === true)
    .map((entry) => String(entry['Name']))
  let client =
    request['ClientSecret'] === undefined
      ? request
      : without(request, coin(request) ? 'ClientSecret' : 'GenerateSecret')
  if (client['GenerateSecret'] === false) client = without(client, 'GenerateSecret')
  const change = (member: string, of: (value: string[]) => string[]): void => {
    if (client[member] !== undefined) client = { ...client, [member]: of(texts(client[member])) }
  }
  change('SupportedIdentityProviders', () =>
    providers.filter((_, place) => (JSON.stringify(request).length >> place) % 2 === 0),
  )
  change('AllowedOAuthScopes', (some) => [...some, ...scopes].slice(0, 50))
  change('WriteAttributes', (some) => [...new Set([...some, ...required])])
  change('ExplicitAuthFlows', (flows) => {
    const prefixed = flows.filter((flow) => flow.startsWith('ALLOW_'))
    return coin(request) || prefixed.length === flows.length
      ? prefixed
      : flows.filter((flow) => !flow.startsWith('ALLOW_'))
  })
  // Rotation takes the place of the flow that uses a refresh token again.
  if (at(client, 'RefreshTokenRotation')['Feature'] === 'ENABLED')
    change('ExplicitAuthFlows', (flows) => flows.filter((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH'))
  change('AllowedOAuthFlows', (flows) =>
    flows.includes('client_credentials') && flows.length > 1
      ? coin(request)
        ? ['client_credentials']
        : flows.filter((flow) => flow !== 'client_credentials')
      : flows,
  )
  if (client['DefaultRedirectURI'] !== undefined) {
    client = {
      ...client,
      CallbackURLs: [...texts(client['CallbackURLs']), String(client['DefaultRedirectURI'])],
    }
    change('CallbackURLs', (urls) => [...new Set(urls)])
  }
  if (texts(client['CallbackURLs']).length === 0)
    change('AllowedOAuthFlows', (flows) => flows.filter((flow) => flow === 'client_credentials'))
  return withValidities(client)
}

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** Access and ID tokens live from five minutes to a day, refresh tokens from an hour to ten years. */
function withValidities(client: JsonObject): JsonObject {
  const tokens = [
    ['AccessToken', 'hours', 300, 86_400],
    ['IdToken', 'hours', 300, 86_400],
    ['RefreshToken', 'days', 3600, 315_360_000],
  ] as const
  return tokens.reduce((body: JsonObject, [token, usual, least, most]) => {
    const validity = body[`${token}Validity`]
    if (typeof validity !== 'number') return body
    const unit = SECONDS[String(at(body, 'TokenValidityUnits')[token] ?? usual)]!
    const seconds = Math.min(Math.max(validity * unit, least), most)
    return { ...body, [`${token}Validity`]: Math.max(1, Math.floor(seconds / unit)) }
  }, client)
}

/** People have a name or an address of their own, and values that their pool's schema allows. */
function withOwnUsers(generated: GeneratedPool): GeneratedPool {
  const schema = new Map(entries(generated.pool).map((entry) => [String(entry['Name']), entry]))
  const usernames = texts(generated.pool['UsernameAttributes'])
  const users = generated.users.map((user, place): GeneratedUser => {
    const values: Record<string, string> = {
      ...(usernames.includes('email') || 'email' in user.attributes
        ? { email: `${user.username}${place}@Example.com` }
        : {}),
      ...(usernames.includes('phone_number') || 'phone_number' in user.attributes
        ? { phone_number: `+1555000${place}` }
        : {}),
      ...('name' in user.attributes ? { name: `Zoë "${user.username}" \\ Åb, c` } : {}),
      ...('given_name' in user.attributes ? { given_name: '日本\nЖ' } : {}),
    }
    for (const address of ['email', 'phone_number']) {
      const verified = user.attributes[`${address}_verified`]
      if (values[address] !== undefined && verified !== undefined) values[`${address}_verified`] = verified
    }
    if ('custom' in user.attributes) {
      for (const [name, entry] of schema) {
        if (STANDARD.includes(name)) continue
        const prefix = entry['DeveloperOnlyAttribute'] === true ? 'dev:custom:' : 'custom:'
        values[`${prefix}${name}`] = valueOf(entry)
      }
    }
    for (const [name, entry] of schema) {
      if (STANDARD.includes(name) && entry['Required'] === true)
        values[name] ??= REQUIRED[name] ?? `${user.username}${place}@example.com`
    }
    if (values['phone_number'] === REQUIRED['phone_number']) values['phone_number'] = `+1555000${place}`
    const groups = user.groups.filter((group) => group < generated.groups.length)
    return { ...user, attributes: values, groups }
  })
  return { ...generated, users }
}

const STANDARD = ['email', 'phone_number', 'given_name', 'nickname', 'website', 'birthdate', 'updated_at']
const REQUIRED: Readonly<Record<string, string>> = {
  phone_number: '+1',
  given_name: 'Ann',
  nickname: 'ann',
  website: 'https://ann.example.com',
  birthdate: '1990-12-31',
  updated_at: '1700000000',
}

function valueOf(entry: JsonObject): string {
  switch (entry['AttributeDataType']) {
    case 'Number':
      return '5'
    case 'Boolean':
      return 'true'
    case 'DateTime':
      return '2024-02-29T12:00:00Z'
    default:
      return 'gold\nsince "2020"'
  }
}
