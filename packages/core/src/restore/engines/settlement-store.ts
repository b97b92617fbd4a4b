import { parallel } from '../../model/parallel.js'
import type { PlanChunk } from '../run-header.js'
import { placeIn } from './import-records.js'
import { type RowsContext, type Settlement, storeSettlements } from './import-rows.js'

const STORED_AT_ONCE = 16

type NewSettlement = Pick<Settlement, 'state' | 'username' | 'sub'>

/** Takes what has become of rows. */
export interface SettlementStore {
  /** In the order of the plan. */
  add(place: string, settlement: NewSettlement): Promise<void>
  /** Resolves when all is stored. */
  end(): Promise<void>
}

/** Stores settlements chunk by chunk, several at once. */
export function createSettlementStore(
  options: RowsContext & { readonly chunks: readonly PlanChunk[]; readonly round: number },
): SettlementStore {
  const chunks = new Map(options.chunks.map((chunk) => [chunk.id, chunk]))
  let pending: Settlement[] = []
  let batch: [PlanChunk, Settlement[]][] = []

  async function flush(): Promise<void> {
    const [work, signal] = [batch, options.signal]
    batch = []
    await parallel(work, STORED_AT_ONCE, signal, ([chunk, list]) => storeSettlements(options, chunk, list))
  }

  async function close(): Promise<void> {
    const chunk = chunks.get(pending[0]?.chunkId ?? '')
    if (chunk !== undefined) batch.push([chunk, pending])
    pending = []
    if (batch.length >= STORED_AT_ONCE) await flush()
  }

  return {
    add: async (place, settlement) => {
      const { chunkId, step } = placeIn(place)
      if (pending[0] !== undefined && pending[0].chunkId !== chunkId) await close()
      pending.push({ ...settlement, chunkId, step, round: options.round })
    },
    end: async () => {
      await close()
      await flush()
    },
  }
}
