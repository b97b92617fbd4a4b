import type { Unlocked } from '../../src/vault/unlock.js'

/** What was opened before: by its key, the bytes as they are stored, and what they held. */
export type OpenedBefore = Map<string, { readonly stored: Uint8Array; readonly plain: Uint8Array }[]>

/**
 * The same vault, in which an object is opened once for all who ask for the same bytes under the same key: they hold the same each time. A byte
 * that is another is opened anew. Of a sweep, which looks at the same objects hundreds of times, opening them is most of the time.
 */
export function openingOnce(vault: Unlocked, before: OpenedBefore): Unlocked {
  const { cipher } = vault
  return {
    ...vault,
    cipher: {
      ...cipher,
      open: async (key, stored) => {
        const known = before.get(key) ?? []
        const same = known.find((one) => Buffer.compare(one.stored, stored) === 0)
        if (same !== undefined) return Uint8Array.from(same.plain)
        const plain = await cipher.open(key, stored)
        before.set(key, [...known, { stored: Uint8Array.from(stored), plain: Uint8Array.from(plain) }])
        return plain
      },
    },
  }
}
