/** Something to think of while the pool still lives. */
export interface Advice {
  readonly code: string
  readonly what: string
  readonly todo: string
}
