/** Something outside the pool that a plan's settings need; the field names are those of the JSON document. */
export interface PlannedReference {
  readonly kind: string
  readonly name: string
  readonly member: string
  readonly service: string
  /** What the snapshot has, and what is restored. */
  readonly value: string
  readonly becomes: string
  /** Whether nobody has said what stands for it where the pool goes: that stops the plan. */
  readonly unmapped: boolean
  /** Whether it is there, where that was asked, and why not. */
  readonly check?: { readonly outcome: 'found' | 'missing' | 'unknown'; readonly reason: string }
}
