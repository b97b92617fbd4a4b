import type { Fact, ForeignBackup } from '../foreign/foreign-backup.js'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord, membershipKey, resourceKey, type StreamRecord } from '../model/records.js'
import { createSorter, type Sorter } from '../sorting/external-sort.js'

/** How many of what there were. */
export interface ForeignCounts {
  users: number
  groups: number
  memberships: number
}

/** What a foreign backup was found to say, its records sorted. Each stream is read once, the memberships before the resources. */
export interface ForeignRecords {
  readonly users: () => AsyncGenerator<StreamRecord>
  readonly memberships: () => AsyncGenerator<StreamRecord>
  readonly resources: () => AsyncGenerator<StreamRecord>
  /** When the last run of the tool that came to its end began, in milliseconds. */
  readonly lastRun: number | undefined
  /** The newest moment at which something was seen. */
  readonly newest: number | undefined
  /** Of how many users all groups were said; `undefined` where groups are said of all at once. */
  readonly usersWithGroups: number
  /** Users that were said, over again and stale ones too. */
  readonly usersSaid: number
  /** Groups known by their members alone, once the resources were read. */
  readonly namedGroups: () => number
  /** What the last run had not found any more, as far as the streams were read. */
  readonly stale: ForeignCounts
  /** What was said more than once, likewise: the newest counts. */
  readonly duplicates: ForeignCounts
  /** What was seen after the last run had begun that came to its end: another was under way, or died. */
  readonly newer: ForeignCounts
  readonly others: number
  readonly clear: () => Promise<void>
}

/**
 * Reads a foreign backup whole, in bounded memory.
 *
 * @param options.keepStale whether that counts too which the last run had not found any more
 */
export async function readForeign(
  backup: ForeignBackup,
  options: {
    readonly tempDirectory: string
    readonly keepStale: boolean
    readonly onRead: (records: number) => void
  },
): Promise<ForeignRecords> {
  const sorter = (): Sorter => createSorter({ tempDirectory: options.tempDirectory, duplicates: 'keep' })
  const sorters = { users: sorter(), groups: sorter(), memberships: sorter() }
  const none = (): ForeignCounts => ({ users: 0, groups: 0, memberships: 0 })
  const [stale, duplicates, newer] = [none(), none(), none()]
  const inGroups = new Set<string>()
  let lastRun: number | undefined
  let newest: number | undefined
  let usersWithGroups = 0
  let named = 0
  let others = 0
  let read = 0

  async function clear(): Promise<void> {
    await Promise.all(Object.values(sorters).map((one) => one.clear()))
  }

  async function take(fact: Fact): Promise<void> {
    if (fact.kind === 'last-run') lastRun = Math.max(lastRun ?? 0, fact.at)
    else if (fact.kind === 'groups-known') usersWithGroups++
    else if (fact.kind === 'other') others++
    else {
      if (fact.at !== undefined) newest = Math.max(newest ?? 0, fact.at)
      const { kind, record } = recordOf(fact)
      await sorters[kind].add({ key: record.key, line: `${fact.at ?? ''}\t${record.line}` })
    }
  }

  try {
    for await (const fact of backup.facts()) {
      await take(fact)
      options.onRead(++read)
    }
  } catch (error) {
    await clear()
    throw error
  }

  /** Of each key what was seen last, unless it is stale. */
  async function* current(kind: keyof ForeignCounts): AsyncGenerator<StreamRecord> {
    let last: { readonly at: number | undefined; readonly record: StreamRecord } | undefined
    const isCurrent = ({ at }: { readonly at: number | undefined }): boolean => {
      if (lastRun === undefined || at === undefined) return true
      if (at > lastRun) newer[kind]++
      if (at >= lastRun) return true
      stale[kind]++
      return options.keepStale
    }
    for await (const { key, line } of sorters[kind].sorted()) {
      const tab = line.indexOf('\t')
      const at = tab === 0 ? undefined : Number(line.slice(0, tab))
      const next = { at, record: { key, line: line.slice(tab + 1) } }
      if (last?.record.key === key) {
        duplicates[kind]++
        if ((next.at ?? -1) >= (last.at ?? -1)) last = next
        continue
      }
      if (last !== undefined && isCurrent(last)) yield last.record
      last = next
    }
    if (last !== undefined && isCurrent(last)) yield last.record
  }

  async function* memberships(): AsyncGenerator<StreamRecord> {
    for await (const record of current('memberships')) {
      inGroups.add(record.key.slice(record.key.indexOf('/') + 1))
      yield record
    }
  }

  /** The groups, also those of whom no more is known than who is in them. */
  async function* resources(): AsyncGenerator<StreamRecord> {
    const known = new Map<string, StreamRecord>()
    for await (const record of current('groups')) known.set(record.key, record)
    for (const group of inGroups) {
      const record = groupRecord(group, { GroupName: group })
      if (known.has(record.key)) continue
      known.set(record.key, record)
      named++
    }
    for (const key of [...known.keys()].sort()) yield known.get(key) as StreamRecord
  }

  return {
    users: () => current('users'),
    memberships,
    resources,
    lastRun,
    newest,
    usersWithGroups,
    usersSaid: sorters.users.added,
    namedGroups: () => named,
    stale,
    duplicates,
    newer,
    others,
    clear,
  }
}

type Recorded = Extract<Fact, { at: number | undefined; kind: 'user' | 'group' | 'membership' }>

function recordOf(fact: Recorded): { kind: keyof ForeignCounts; record: StreamRecord } {
  if (fact.kind === 'user') return { kind: 'users', record: makeRecord(fact.sub, fact.body) }
  if (fact.kind === 'group') return { kind: 'groups', record: groupRecord(fact.name, fact.body) }
  return { kind: 'memberships', record: makeRecord(membershipKey(fact.sub, fact.group), {}) }
}

function groupRecord(name: string, body: JsonObject): StreamRecord {
  return makeRecord(resourceKey('group', name), body)
}
