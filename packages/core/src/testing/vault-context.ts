import type { VaultContext } from '../actions/context.js'
import type { Clock } from '../model/clock.js'
import { noEvents } from '../model/events.js'
import type { ObjectStore } from '../storage/object-store.js'

/** What an action on a vault needs of the world. For tests. */
export function vaultContextOf(store: ObjectStore, clock: Clock): VaultContext {
  return {
    store,
    clock,
    random: Math.random,
    sink: noEvents,
    tempDirectory: '',
    holder: { host: 'test', pid: 1 },
  }
}
