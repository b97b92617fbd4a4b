import { expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { setOf } from '../testing/resource-sets.js'
import { pairResources, type ResourceSet, withoutKinds } from './resource-set.js'

function client(id: string, members: JsonObject): [string, string, JsonObject] {
  return ['client', id, { ClientId: id, ClientName: 'web', ...members }]
}

function pairsOf(wanted: ResourceSet, current: ResourceSet, samePool: boolean): unknown[] {
  return [...pairResources(wanted, current, { samePool, successors: () => [] })].map((pair) => [
    pair.wanted?.name,
    pair.current?.name,
  ])
}

it('pairs clients of different pools by name', () => {
  const wanted = setOf(client('1', {}), client('2', { ClientName: 'mobile' }))
  const current = setOf(client('8', { ClientName: 'mobile' }), client('9', {}))
  expect(pairsOf(wanted, current, false)).toEqual([
    ['1', '9'],
    ['2', '8'],
  ])
})

it('pairs clients of one name by what they are, and the rest as they come', () => {
  const wanted = setOf(
    client('1', { IdTokenValidity: 1 }),
    client('2', { IdTokenValidity: 2 }),
    client('3', { IdTokenValidity: 3 }),
  )
  const current = setOf(
    client('7', { IdTokenValidity: 4 }),
    client('8', { IdTokenValidity: 3 }),
    client('9', { IdTokenValidity: 1 }),
  )
  expect(pairsOf(wanted, current, false)).toEqual([
    ['1', '9'],
    ['2', '7'],
    ['3', '8'],
  ])
})

it('pairs within one pool by id alone', () => {
  const wanted = setOf(client('1', {}), client('2', {}))
  const current = setOf(client('2', {}), client('3', {}))
  expect(pairsOf(wanted, current, true)).toEqual([
    ['2', '2'],
    ['1', undefined],
    [undefined, '3'],
  ])
})

it('leaves out whole kinds, and nothing else', () => {
  const set = withoutKinds(
    setOf(['pool', '', { A: 1 }], client('1', {}), ['group', 'g', {}]),
    new Set(['pool', 'client']),
  )
  expect([set.one('pool'), set.of('pool'), set.of('client'), set.one('client')]).toEqual([
    undefined,
    [],
    [],
    undefined,
  ])
  expect([set.one('group')?.name, set.of('group').length]).toEqual(['g', 1])
})
