import type { CognitoApi } from '../cognito/cognito-api.js'
import type { Clock } from '../model/clock.js'
import type { ChunkJournal } from './journal.js'
import { INTENT_VALID_MS } from './own-user.js'

/** What the journal says of when calls of a chunk may have been sent. */
export interface Intents {
  /** Makes sure that a call sent now is covered by an intent in the journal. */
  cover(): Promise<void>
  /** All that there are. */
  readonly all: readonly (number | null)[]
}

/** Intents are stored before the calls that they cover, and renewed before they run out. */
export function createIntents(
  journal: ChunkJournal,
  { api, clock }: { readonly api: CognitoApi; readonly clock: Clock },
): Intents {
  const all = [...journal.history.intents]
  let current: { until: number; stored: Promise<void> } | undefined
  return {
    all,
    cover: async () => {
      if (current === undefined || clock.now() >= current.until) {
        const intent = api.serverTime() ?? null
        all.push(intent)
        current = { until: clock.now() + INTENT_VALID_MS, stored: journal.append({ intent }) }
      }
      await current.stored
    },
  }
}
