import type { Renaming } from './living-successors.js'

/**
 * The subs under which people have lived, given some of them: whoever a restore made again is one person. Each list is
 * ascending, and so are the lists.
 *
 * @param renamings what runs renamed, in no order; read once for each link that a chain has, and none of it is held
 */
export async function followPeople(
  subs: Iterable<string>,
  renamings: () => AsyncIterable<Renaming>,
): Promise<string[][]> {
  const personOf = new Map<string, Set<string>>()
  for (const sub of subs) personOf.set(sub, new Set([sub]))

  function join(old: string, now: string): void {
    const person = new Set([...(personOf.get(old) ?? [old]), ...(personOf.get(now) ?? [now])])
    for (const sub of person) personOf.set(sub, person)
  }

  for (let isNew = personOf.size > 0; isNew;) {
    isNew = false
    for await (const { old, new: now } of renamings()) {
      // Of strangers both are unknown, of whom is joined already both are the same.
      if (personOf.get(old) === personOf.get(now)) continue
      join(old, now)
      isNew = true
    }
  }
  const people = [...new Set(personOf.values())].map((person) => [...person].sort())
  return people.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
}
