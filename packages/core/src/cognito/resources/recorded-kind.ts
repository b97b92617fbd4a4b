import type { ResourceKind } from './resource-kind.js'

type Recorded = Pick<ResourceKind, 'kind' | 'plural' | 'ofClients' | 'read' | 'normalise' | 'settable'>

/** A kind that is recorded, and that a restore cannot or must not write: what to do about it is in the report. */
export function recordedKind(recorded: Recorded): ResourceKind {
  return {
    ...recorded,
    matchName: ({ name }) => name,
    create: () => [],
    update: () => [],
    remove: () => [],
    find: () => Promise.resolve(undefined),
    updateRequest: (found) => found,
  }
}
