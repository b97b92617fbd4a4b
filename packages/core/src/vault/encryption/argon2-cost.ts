import { z } from 'zod'

const KIB_A_GIB = 1024 * 1024
/** Bounds, so that a forged slot cannot make its reader work for ever. */
export const argon2Schema = z.object({
  memoryKiB: z.number().int().min(8).max(KIB_A_GIB),
  passes: z.number().int().min(1).max(32),
  lanes: z.number().int().min(1).max(16),
})

/** What Argon2id is to cost. */
export type Argon2Cost = z.infer<typeof argon2Schema>

/** The second recommendation of RFC 9106: 64 MiB, which every machine has. */
export const DEFAULT_COST: Argon2Cost = { memoryKiB: 64 * 1024, passes: 3, lanes: 4 }
