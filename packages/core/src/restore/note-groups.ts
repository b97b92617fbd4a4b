import type { NoteCode } from './fidelity-notes.js'

/** Notes that belong together, in the order in which a person would look for them. */
export interface NoteGroup {
  readonly title: string
  /** What they have in common. */
  readonly about: string
  readonly codes: readonly NoteCode[]
}

/** Every note of the fidelity report once, grouped for `docs/limits.md`. */
export const NOTE_GROUPS: readonly NoteGroup[] = [
  {
    title: 'Users',
    about: 'Who cannot be made again as they were, and what is otherwise about those who can.',
    codes: [
      'new-account',
      'new-username',
      'other-sub',
      'sub-kept',
      'older-sub-kept',
      'comes-by-migration',
      'groups-after-migration',
      'unconfirmed-user',
      'federated-user',
      'unknown-status',
      'no-login',
      'link-provider-missing',
      'link-taken',
      'link-left',
      'status-left',
      'attribute-immutable',
      'address-held',
      'address-released',
      'other-person',
      'erased',
    ],
  },
  {
    title: 'Passwords and ways in',
    about:
      'How somebody who was made again signs in. Who had which second factor is only known where it was captured (backup --mfa capture). Authenticator apps (TOTP), passkeys, remembered devices and sessions cannot be written by anybody, and users set them up again.',
    codes: [
      'password-unknown',
      'temporary-password-unknown',
      'reset-required-became-confirmed',
      'reset-required-by-import',
      'temporary-password-became-reset',
      'imported-without-password',
      'password-from-hash',
      'hash-unused',
      'no-way-in',
      'recovery-by-administrator',
      'recovery-by-other-address',
      'recovery-by-second-factor',
      'mfa-not-known',
      'mfa-enrol-again',
      'mfa-factor-missing',
      'mfa-without-address',
      'mfa-left',
      'import-refused',
      'import-not-had',
    ],
  },
  {
    title: 'The pool and its settings',
    about:
      'What a new pool has anew, what a pool that lives keeps, and what is recorded and cannot be written.',
    codes: [
      'new-pool-id',
      'attribute-added',
      'migration-function-set',
      'migration-function-missing',
      'migration-needs-password-flow',
      'setting-left',
      'setting-kept',
      'field-left',
      'tags-left',
      'not-available',
      'replica-not-made',
      'extra-stays',
    ],
  },
  {
    title: 'Clients',
    about: 'Application clients, their secrets and sessions.',
    codes: [
      'new-client-id',
      'client-not-made',
      'client-secret-new',
      'client-secret-left',
      'client-secret-not-kept',
      'second-secret-lost',
      'secret-added',
      'sessions-not-tracked',
    ],
  },
  {
    title: 'Identity providers',
    about: 'Providers through which people sign in, and what these have to be told.',
    codes: ['provider-left-out', 'apple-key', 'saml-registration', 'signing-certificate-new'],
  },
  {
    title: 'Domains and sign-in pages',
    about: 'Where people sign in.',
    codes: ['domain-held', 'custom-domain-dns', 'style-needs-domain'],
  },
  {
    title: 'Identity pools',
    about: 'Identity pools that take the pool’s tokens.',
    codes: [
      'identity-pool-id-new',
      'identity-pool-id-other',
      'identity-pool-elsewhere',
      'identity-pool-trust',
      'identity-pool-client-left-out',
    ],
  },
  {
    title: 'Outside the pool',
    about: 'What settings name elsewhere: functions, keys, roles, certificates.',
    codes: ['reference-mapped', 'reference-dropped', 'mfa-dropped', 'trigger-permission'],
  },
  {
    title: 'What the restore was asked to leave',
    about: 'Choices: another way of restoring, or another option, decides otherwise.',
    codes: [
      'left-as-it-is',
      'attribute-left',
      'group-left',
      'group-unknown',
      'extra-left',
      'newer-left',
      'extra-of-incomplete',
      'widening-left-out',
      'not-made-again',
      'beyond-scope',
      'member-not-there',
      'deletion-not-dated',
      'changed-since-run',
    ],
  },
  {
    title: 'What went otherwise than planned',
    about:
      'A restore goes on past these and exits with 5. What somebody changed meanwhile is never overwritten.',
    codes: ['drifted', 'conflict', 'operation-failed', 'left-standing'],
  },
]
