import { randomBytes } from 'node:crypto'

/** Longer than anybody guesses; policies ask for at most 99, and for one of each of these classes. */
const USUAL_LENGTH = 64
const EVERY_CLASS = 'aA1!'

/**
 * A password that nobody will ever know, from the system's secure source.
 *
 * @param minimumLength the policy's, where it has one
 */
export function newPassword(minimumLength = 0): string {
  const length = Math.max(USUAL_LENGTH, minimumLength)
  return (
    randomBytes(length)
      .toString('base64url')
      .slice(0, length - EVERY_CLASS.length) + EVERY_CLASS
  )
}
