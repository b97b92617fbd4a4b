import { afterEach, beforeEach, expect, it } from 'vitest'
import { diff } from '../../src/actions/diff.js'
import { diffText } from '../../src/cli/render-diff.js'
import { backUp } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'

let lab: Lab

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
})

afterEach(() => lab.close())

it('counts everybody, and lists the first ten thousand', async () => {
  const pool = lab.simulator.seed.pool({ PoolName: 'large' })
  const before = (await backUp(lab.context, pool)).id
  lab.simulator.seed.users(pool, 10_050)
  const after = (await backUp(lab.context, pool)).id
  const found = await diff(lab.context, before, after)
  expect(found.userCounts).toEqual({ added: 10_050, removed: 0, changed: 0 })
  expect([found.users.added.length, found.usersCut, found.same]).toEqual([10_000, true, false])
  const text = diffText(found, 80)
  expect(text).toMatch(/users +10,050 added, 0 removed, 0 changed/)
  expect(text).toContain('and 10,030 more (--json lists the first 10,000)')
})
