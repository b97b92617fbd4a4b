import type { PlannedOperation } from '../cognito/operation.js'
import type { ApiReason } from './engines/api-reasons.js'
import type { Algorithm } from './engines/hashes/hash-line.js'
import type { Note } from './fidelity-notes.js'

/**
 * The parts of a restore, in the order in which they must come. Steps of one phase do not depend on each other.
 * Addresses are released before they are given to others, and whoever is left without one is given it afterwards. Survivors come before those who are made again: they may hold addresses that are to be given back.
 */
export const PHASES = [
  'pool',
  'mfa',
  'identity-provider',
  'resource-server',
  'client',
  'client-secrets',
  'risk',
  'session',
  'client-session',
  'log-delivery',
  'domain',
  'ui',
  'branding',
  'terms',
  'group',
  'tags',
  'replica',
  'signing-certificate',
  'keep-sub',
  'release',
  'survivors',
  'settle',
  'import',
  'users',
  'identity-pool',
  'delete',
  'finish',
] as const
export type Phase = (typeof PHASES)[number]

/** Whom or what a step is about. */
export interface Subject {
  /** `user`, or a kind of resource. */
  readonly kind: string
  /** A user's sub, a resource's name, as the snapshot has it. */
  readonly id: string
  /** A user's username as the snapshot has it. */
  readonly username?: string
}

/**
 * What a plan does for one user or one resource: its operations, one after the other, and what the report will say of it
 * when they succeed. A step without operations only reports.
 */
export interface Step {
  readonly phase: Phase
  readonly subject: Subject
  readonly operations: readonly PlannedOperation[]
  readonly notes: readonly Note[]
  /** What the subject is in the target, where the target has it already under another id. */
  readonly successor?: Successor
  /** How a user who is made is to be made, and what the report says beside `notes`. */
  readonly engine?: StepEngine
}

/**
 * By which engine a user is made. A step of an import has the operations of the API all the same: those for whom the
 * import fails are made by them.
 */
export type StepEngine =
  | {
      readonly kind: 'api'
      readonly why: ApiReason
      /** How the user is made where there is a hash of the password, which only an import takes. */
      readonly ifHashed?: ImportEngine
    }
  | ImportEngine

export interface ImportEngine {
  readonly kind: 'import'
  /** Where there is a hash of the user's password: its algorithm, which is its job's too. */
  readonly algorithm?: Algorithm
  /** The state in which an import leaves the user. */
  readonly status: 'RESET_REQUIRED' | 'CONFIRMED'
  readonly ifImported: readonly Note[]
  readonly ifCalled: readonly Note[]
}

/** What the plan foresees that the report says of a step. */
export function foreseenNotes({ notes, engine }: Step): readonly Note[] {
  return engine?.kind === 'import' ? [...notes, ...engine.ifImported] : notes
}

/** The id that stands for an old one: a user's sub, a client's id. */
export interface Successor {
  readonly id: string
  readonly username?: string
}
