import { CodedError } from '../model/errors.js'

const PART = /^[A-Za-z0-9._-]+$/
const UNFINISHED_PART = /^[A-Za-z0-9._-]*$/

/** The first part that no key may have: the file store keeps there what is not yet an object. */
export const TEMPORARY_PART = 'tmp'

/** Whether `part` may stand between the slashes of a key. */
export function isKeyPart(part: string): boolean {
  return PART.test(part) && part !== '.' && part !== '..'
}

/**
 * Refuses what is not a key as the port defines it. Keys are made by this program, never by its users: a bad one is a
 * defect, and on a file system could reach outside the vault.
 *
 * @throws CodedError `INTERNAL`
 */
export function checkKey(key: string): void {
  if (!isObjectKey(key)) throw refused(key, 'an object key')
}

/** Whether this is a key as the port defines it. */
export function isObjectKey(key: string): boolean {
  const parts = key.split('/')
  return parts.every(isKeyPart) && parts[0] !== TEMPORARY_PART
}

/**
 * Refuses what no key could start with. A prefix may end within a part.
 *
 * @throws CodedError `INTERNAL`
 */
export function checkPrefix(prefix: string): void {
  const parts = prefix.split('/')
  const unfinished = parts.pop() ?? ''
  const whole = parts.every(isKeyPart) && parts[0] !== TEMPORARY_PART
  if (!whole || !UNFINISHED_PART.test(unfinished)) throw refused(prefix, 'the start of an object key')
}

function refused(value: string, what: string): CodedError {
  return new CodedError('INTERNAL', `${JSON.stringify(value)} is not ${what}`, {
    value,
    hint: 'this is a defect of cognito-vault: please report it; nothing was changed',
  })
}
