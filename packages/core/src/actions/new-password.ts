import { randomBytes } from 'node:crypto'

/** Cognito's policies ask for at most 99 characters, and for one of each of these classes. */
const EVERY_CLASS = 'aA1!'

/** A password that nobody will ever know, of 104 characters, from the system's secure source. */
export function newPassword(): string {
  return randomBytes(75).toString('base64url') + EVERY_CLASS
}
