import type { PlannedOperation } from '../cognito/operation.js'
import type { Note } from './fidelity-notes.js'

/**
 * The parts of a restore, in the order in which they must come. Steps of one phase do not depend on each other.
 * Addresses are released before they are given to others. Survivors come before those who are made again: they may hold addresses that are to be given back.
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
  'release',
  'survivors',
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
}

/** The id that stands for an old one: a user's sub, a client's id. */
export interface Successor {
  readonly id: string
  readonly username?: string
}
