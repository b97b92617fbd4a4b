import { isWanted, type Message } from '../messages/message.js'
import type { Publish } from '../messages/publish.js'
import type { SnsPreference } from './environment.js'
import type { Call } from './call.js'
import { toCoded } from './thrown.js'

export interface TellingParts {
  /** Absent where there is no topic. */
  readonly publish: Publish | undefined
  readonly preference: SnsPreference
  readonly log: Call['log']
  readonly metrics: Call['metrics']
}

/**
 * How a function tells people: each message is logged, and sent if it is wanted. What is told of has been done: that nobody could be told undoes none of it and
 * keeps nothing else from being done, so it is logged, counted in the metric `NotificationFailed`, and never thrown.
 */
export function createTelling({
  publish,
  preference,
  log,
  metrics,
}: TellingParts): Pick<Call, 'tell' | 'untold'> {
  let untold = 0
  return {
    tell: async (message: Message) => {
      const level = message.level === 'error' ? 'ERROR' : 'INFO'
      log(level, { code: 'message', subject: message.subject, text: message.text })
      if (publish === undefined || !isWanted(message, preference)) return
      try {
        await publish(message)
      } catch (error) {
        untold++
        const { code, message: why, hint } = toCoded(error)
        log('ERROR', { code: 'message.not-sent', subject: message.subject, error: code, message: why, hint })
        metrics(undefined, { NotificationFailed: 1 })
      }
    },
    untold: () => untold,
  }
}
