import type { Scratch } from './scratch.js'

/** What a question came to. */
export interface Found {
  readonly answer: 'yes' | 'no' | 'undecided'
  /** What was seen that says so; where it is undecided, how to see it by hand. Never a secret. */
  readonly evidence: string
}

/** One question to the service. */
export interface Probe {
  readonly id: string
  /** A question that yes or no answers. */
  readonly question: string
  /** What this program and its simulator take to be so. */
  readonly assumed: 'yes' | 'no'
  /** What it makes to find out, beside what all share. */
  readonly creates: string
  /** Whether it needs some of the users that all share. */
  readonly usesPeople?: boolean
  /** Users whom it makes monthly active beside those. */
  readonly mau?: number
  /** @throws what kept the question from being asked */
  ask(scratch: Scratch): Promise<Found>
}

export const yes = (evidence: string): Found => ({ answer: 'yes', evidence })
export const no = (evidence: string): Found => ({ answer: 'no', evidence })
export const undecided = (evidence: string): Found => ({ answer: 'undecided', evidence })
