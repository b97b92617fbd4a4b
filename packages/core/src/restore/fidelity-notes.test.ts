import { expect, it } from 'vitest'
import { NOTES, outcomeOf, worse } from './fidelity-notes.js'

it('comes to the worst of its notes, in whatever order they are', () => {
  expect(outcomeOf([])).toBe('exact')
  expect(outcomeOf([{ code: 'new-account' }])).toBe('transformed')
  expect(outcomeOf([{ code: 'no-login' }, { code: 'new-account' }])).toBe('lost')
  expect(outcomeOf([{ code: 'new-account' }, { code: 'no-login' }])).toBe('lost')
})

it('finds the worse of two outcomes', () => {
  expect(worse('exact', 'transformed')).toBe('transformed')
  expect(worse('lost', 'transformed')).toBe('lost')
  expect(worse('exact', 'exact')).toBe('exact')
})

it('has an outcome of each code, and never says that all is well', () => {
  const of = (wanted: string): string[] =>
    Object.entries(NOTES).flatMap(([code, { outcome }]) => (outcome === wanted ? [code] : []))
  expect(of('lost').sort()).toEqual([
    'address-held',
    'address-released',
    'apple-key',
    'client-not-made',
    'client-secret-not-kept',
    'comes-by-migration',
    'conflict',
    'deletion-not-dated',
    'domain-held',
    'drifted',
    'erased',
    'federated-user',
    'groups-after-migration',
    'identity-pool-elsewhere',
    'link-taken',
    'member-not-there',
    'mfa-dropped',
    'mfa-enrol-again',
    'mfa-factor-missing',
    'mfa-without-address',
    'migration-function-missing',
    'no-login',
    'not-available',
    'not-made-again',
    'operation-failed',
    'other-person',
    'reference-dropped',
    'replica-not-made',
    'second-secret-lost',
    'sessions-not-tracked',
    'style-needs-domain',
    'unconfirmed-user',
    'unknown-status',
  ])
  expect(of('exact')).toEqual([])
})

it.each(Object.entries(NOTES))('says of %s what it is and what to do', (_, { what, todo }) => {
  expect(what).toMatch(/^\S.*[^.]$/)
  expect(todo).toMatch(/^\S.*[^.]$/)
})
