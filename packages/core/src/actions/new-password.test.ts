import { expect, it } from 'vitest'
import { newPassword } from './new-password.js'

it('has a character of every class, and never comes twice', () => {
  const password = newPassword()
  expect(password).toHaveLength(64)
  for (const one of [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/, /^\S+$/]) expect(password).toMatch(one)
  expect(newPassword()).not.toBe(password)
})

it('is as long as the longest that a policy can ask for', () => {
  expect(newPassword(99)).toHaveLength(99)
})
