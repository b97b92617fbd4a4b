/** Whether everything is tried that there is time for elsewhere: where COGNITO_VAULT_THOROUGH is set, as in CI. */
export const isThorough = (process.env['COGNITO_VAULT_THOROUGH'] ?? '') !== ''

/** Ends the name of a test that is not run otherwise: a skip has its reason. */
export const unlessThorough = isThorough ? '' : ' (skipped: not COGNITO_VAULT_THOROUGH)'

/** Of the points of a sweep each is tried where everything is, else every so many. */
const STRIDE = isThorough ? 1 : 8

/** Those of a list that {@link points} are. */
export function some<T>(all: readonly T[], turn = 0): T[] {
  return [...points(turn, { from: 0, to: all.length - 1 })].map((place) => all[place]!)
}

/**
 * The points of a sweep, ascending, from 1 on or from another.
 *
 * @param turn sweeps over the same points begin at another one each, so that together they leave none out
 */
export function* points(turn = 0, { from = 1, to = Infinity } = {}): Generator<number> {
  for (let point = from + (turn % STRIDE); point <= to; point += STRIDE) yield point
}
