import { objects, text } from '../../cognito/canonical-body.js'
import type { PlannedOperation } from '../../cognito/operation.js'
import type { JsonObject } from '../../model/canonical.js'
import type { Sorter } from '../../sorting/external-sort.js'
import type { Step, Subject } from '../step.js'
import { userCall } from '../user-calls.js'
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
}

/**
 * The steps, and one for each user whose address somebody else gets back while the user gets another: it gives the
 * user a placeholder first. Otherwise users who have exchanged their addresses could not get them back: each is held by
 * the other.
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

function fold(value: string, caseSensitive: boolean): string {
  return caseSensitive ? value : value.toLowerCase()
}

async function* releases(sorter: Sorter): AsyncGenerator<Step> {
  let key: string | undefined
  let isGiven = false
  let holders: Move[] = []
  for await (const record of sorter.sorted()) {
    if (record.key !== key) {
      if (isGiven) yield* holders.map(release)
      key = record.key
      isGiven = false
      holders = []
    }
    const move = JSON.parse(record.line) as Move
    if (move.gives) isGiven = true
    else holders.push(move)
  }
  if (isGiven) yield* holders.map(release)
}

function release({ name, subject, username, sub, expects }: Move): Step {
  const flag = FLAG_OF[name]
  const call = userCall('AdminUpdateUserAttributes', username)
  const values = { [name]: placeholderOf(name, sub), ...(flag === undefined ? {} : { [flag]: 'true' }) }
  const operation: PlannedOperation = {
    ...call,
    input: {
      ...call.input,
      UserAttributes: Object.entries(values).map(([Name, Value]) => ({ Name, Value })),
    },
    expects: { ...expects, sub },
  }
  return { phase: 'release', subject, operations: [operation], notes: [] }
}
