import type { NoteCode } from '../../src/restore/fidelity-notes.js'
import type { DiffResult } from '../../src/actions/diff.js'
import type { Differences } from './compare-pools.js'

/** What a fidelity report says of one subject. */
export interface Said {
  readonly kind: string
  readonly id: string
  readonly notes: readonly { readonly code: NoteCode; readonly detail?: string }[]
}

/** The difference that a note promises, as `diff` has it: the subject is gone, or these members are otherwise. */
const PROMISED: Partial<Record<NoteCode, 'removed' | readonly string[]>> = {
  'apple-key': 'removed',
  'domain-held': 'removed',
  'style-needs-domain': 'removed',
  'federated-user': 'removed',
  'unconfirmed-user': 'removed',
  'provider-left-out': ['SupportedIdentityProviders'],
  'second-secret-lost': ['ClientSecrets'],
  'link-provider-missing': ['identities'],
  'link-taken': ['identities'],
  'link-left': ['identities'],
  'reset-required-became-confirmed': ['UserStatus'],
}

/** Notes that no difference shows, and why not. */
const SILENT: Partial<Record<NoteCode, string>> = {
  'new-pool-id': 'the id of the other pool is how it is named, not what it holds',
  'new-client-id': 'clients of two pools are paired by name, and what names a client follows it',
  'new-account': 'people of two pools are paired by login; sub and dates are the service’s to write',
  'new-username': 'a username that the service makes is as new as the sub',
  'password-unknown': 'no snapshot has a password',
  'temporary-password-unknown': 'no snapshot has a password',
  'mfa-not-known': 'no snapshot has the factors of a user',
  'recovery-by-administrator': 'it is said of what is the same in both: how the pool recovers',
  'recovery-by-second-factor': 'it is said of what is the same in both: addresses and factors',
  'recovery-by-other-address': 'it is said of what is the same in both: how the pool recovers',
  'no-way-in': 'it is said of what is the same in both: no verified address',
  'custom-domain-dns': 'the CloudFront target is the service’s to write',
  'saml-registration': 'the entity id is not in a description',
  'trigger-permission': 'the policy of a function is not the pool’s',
  'identity-pool-id-new':
    'the ids of two identity pools are paired by the identity map, and the id is a name too',
  'identity-pool-trust': 'the trust policy of a role is not the pool’s',
  'signing-certificate-new': 'the certificate is the service’s to write',
}

/** The members that second factors are in, by the note's own word of which they are. */
const OF_FACTORS: readonly NoteCode[] = ['mfa-enrol-again', 'mfa-factor-missing', 'mfa-without-address']

function membersOfFactors(detail = ''): string[] {
  return detail
    .split(', ')
    .flatMap((factor) => [
      factor.startsWith('WEB_AUTHN') ? 'ConfiguredUserAuthFactors' : 'UserMFASettingList',
      ...(factor.endsWith('(preferred)') ? ['PreferredMfaSetting'] : []),
    ])
}

/** The differences that a report promises, a line each: kind, id, and `removed` or a member. */
export function promised(said: readonly Said[]): string[] {
  return said.flatMap(({ kind, id, notes }) => {
    const members = notes.map(({ code, detail }) => {
      if (OF_FACTORS.includes(code)) return membersOfFactors(detail)
      const what = PROMISED[code] ?? (SILENT[code] === undefined ? undefined : [])
      if (what === undefined) throw new Error(`nobody has said what difference ${code} makes`)
      return what
    })
    return linesOf(kind, id, members.includes('removed') ? ['removed'] : members.flat())
  })
}

/** The differences that `diff` shows, as the same lines. */
export function shown({ resources, users, unknown }: DiffResult, ids: ReadonlyMap<string, string>): string[] {
  const old = new Map([...ids].map(([before, after]) => [after, before]))
  return [
    ...resources.flatMap(({ kind, name, change, before }) =>
      linesOf(kind, name, change === 'changed' ? Object.keys(before) : [change]),
    ),
    ...users.changed.flatMap(({ sub, fields }) => linesOf('user', old.get(sub) ?? sub, fields)),
    ...[...users.removed, ...users.added].flatMap(({ sub, change }) => linesOf('user', sub, [change])),
    ...unknown.map(({ resource }) => `${resource} unknown`),
  ].sort()
}

/** The differences that a comparison of records found, as the same lines. */
export function found(differences: Differences): string[] {
  return Object.entries(differences)
    .flatMap(([key, members]) => {
      const [kind = '', ...name] = key.split('/')
      return linesOf(kind, name.join('/'), members)
    })
    .sort()
}

/** Lines of the report in the words of the service's own account of pools and people. */
export function inTheServicesWords(line: string): string {
  return line
    .replace(/^client-secrets (\S+) ClientSecrets$/, 'client $1 secrets')
    .replace(/^(risk|ui) ALL /, '$1  ')
    .replace(/^(user \S+) UserStatus$/, '$1 status')
}

function linesOf(kind: string, id: string, members: readonly string[]): string[] {
  return [...new Set(members)].map((member) => `${kind} ${id} ${member}`)
}
