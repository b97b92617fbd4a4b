import { objects, text } from '../../cognito/canonical-body.js'
import type { PlannedOperation } from '../../cognito/operation.js'
import type { JsonObject } from '../../model/canonical.js'
import type { Sorter } from '../../sorting/external-sort.js'
import type { Step, Subject } from '../step.js'
import { userCall } from '../user-calls.js'
import { before } from './give-addresses.js'
import { FLAG_OF, placeholderOf } from './placeholder.js'

export interface ReleaseOptions {
  /** The attributes that no two users of the target can have the same of. */
  readonly unique: readonly string[]
  readonly caseSensitive: boolean
  /** Sorts the addresses; cleared however the steps end. */
  readonly sorter: Sorter
}

/** An address as a step gives it to a user, or takes it from one. */
interface Move {
  readonly gives: boolean
  readonly name: string
  readonly subject: Subject
  readonly username: string
  readonly sub: string
  /** What the user has now: the address, and its flag. */
  readonly expects: JsonObject
  /** What the user is to have: the address, and its flag. */
  readonly wanted: Readonly<Record<string, string>>
}

/**
 * The steps, and two for each user whose address somebody else gets back while the user gets another: one gives the
 * user a placeholder first, for otherwise users who have exchanged their addresses could not get them back: each is held
 * by the other. The other gives the user the own address in the end, should the placeholder still be there.
 */
export async function* withReleases(
  steps: AsyncIterable<Step>,
  options: ReleaseOptions,
): AsyncGenerator<Step> {
  const { sorter } = options
  try {
    for await (const step of steps) {
      for (const { key, move } of movesOf(step, options))
        await sorter.add({ key, line: JSON.stringify(move) })
      yield step
    }
    yield* releases(sorter)
  } finally {
    await sorter.clear()
  }
}

function* movesOf(
  step: Step,
  { unique, caseSensitive }: ReleaseOptions,
): Generator<{ key: string; move: Move }> {
  if (step.phase !== 'survivors') return
  for (const operation of step.operations) {
    if (operation.operation !== 'AdminUpdateUserAttributes') continue
    const expects = operation.expects ?? {}
    for (const attribute of objects(operation.input, 'UserAttributes')) {
      const name = text(attribute, 'Name')
      if (!unique.includes(name)) continue
      const [wanted, now] = [attribute['Value'], expects[name]]
      const keyOf = (value: string): string => `${name}\n${fold(value, caseSensitive)}`
      if (typeof wanted !== 'string' || (typeof now === 'string' && keyOf(wanted) === keyOf(now))) continue
      const move = {
        wanted: wantedIn(step, name, wanted),
        name,
        subject: step.subject,
        username: text(operation.input, 'Username'),
        sub: text(expects, 'sub'),
        expects: Object.fromEntries(
          [name, FLAG_OF[name]].flatMap((member) =>
            member === undefined || expects[member] === undefined ? [] : [[member, expects[member]]],
          ),
        ),
      }
      yield { key: keyOf(wanted), move: { ...move, gives: true } }
      if (typeof now === 'string') yield { key: keyOf(now), move: { ...move, gives: false } }
    }
  }
}

/** An address, and what its flag is when all of a step is done. */
function wantedIn(step: Step, name: string, address: string): Record<string, string> {
  const flag = FLAG_OF[name]
  if (flag === undefined) return { [name]: address }
  const written = step.operations
    .flatMap(({ input }) => objects(input, 'UserAttributes'))
    .filter((attribute) => attribute['Name'] === flag)
  return { [name]: address, [flag]: text(written.at(-1) ?? {}, 'Value') }
}

function fold(value: string, caseSensitive: boolean): string {
  return caseSensitive ? value : value.toLowerCase()
}

async function* releases(sorter: Sorter): AsyncGenerator<Step> {
  let key: string | undefined
  let isGiven = false
  let holders: Move[] = []
  for await (const record of sorter.sorted()) {
    if (record.key !== key) {
      if (isGiven) yield* holders.flatMap((holder) => [release(holder), settle(holder)])
      key = record.key
      isGiven = false
      holders = []
    }
    const move = JSON.parse(record.line) as Move
    if (move.gives) isGiven = true
    else holders.push(move)
  }
  if (isGiven) yield* holders.flatMap((holder) => [release(holder), settle(holder)])
}

function release({ name, subject, username, sub, expects }: Move): Step {
  const flag = FLAG_OF[name]
  const values = { [name]: placeholderOf(name, sub), ...(flag === undefined ? {} : { [flag]: 'true' }) }
  return { phase: 'release', subject, operations: [update(username, values, { ...expects, sub })], notes: [] }
}

function settle({ name, subject, username, sub, wanted, expects: had }: Move): Step {
  const then = Object.fromEntries(Object.entries(had).map(([member, value]) => [before(member), value]))
  const expects = { [name]: placeholderOf(name, sub), ...then, sub }
  return { phase: 'settle', subject, operations: [update(username, wanted, expects)], notes: [] }
}

function update(
  username: string,
  values: Readonly<Record<string, string>>,
  expects: JsonObject,
): PlannedOperation {
  const call = userCall('AdminUpdateUserAttributes', username)
  const UserAttributes = Object.entries(values).map(([Name, Value]) => ({ Name, Value }))
  return { ...call, input: { ...call.input, UserAttributes }, expects }
}
