import { expect, it } from 'vitest'
import { streamOf } from '../testing/user-views.js'
import { followPeople } from './follow-people.js'

const follow = (subs: string[], renamed: Record<string, string>): Promise<string[][]> =>
  followPeople(subs, () => streamOf(...Object.entries(renamed).map(([old, now]) => ({ old, new: now }))))

it.each<[what: string, subs: string[], renamed: Record<string, string>, people: string[][]]>([
  ['nobody', [], { a: 'b' }, []],
  ['whoever was never made again', ['a'], { x: 'y' }, [['a']]],
  ['what a user became, through several runs', ['a'], { b: 'c', a: 'b' }, [['a', 'b', 'c']]],
  ['what a user was', ['c'], { b: 'c', a: 'b' }, [['a', 'b', 'c']]],
  ['two that are one', ['c', 'a', 'd'], { b: 'c', a: 'b' }, [['a', 'b', 'c'], ['d']]],
])('follows %s', async (_, subs, renamed, people) => {
  expect(await follow(subs, renamed)).toEqual(people)
})
