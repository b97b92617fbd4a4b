import type { Environment } from '../workflow/environment.js'
import { CodedError } from '../../model/errors.js'
import type { Message } from './message.js'

/** Sends a message; nobody gets it where there is no topic. */
export type Publish = (message: Message) => Promise<void>

/**
 * A publisher to an SNS topic: Publish. The client is loaded with the first message. It throws CodedError `ACCESS_DENIED` where the topic does not take the message.
 */
export function createPublisher(topicArn: string, env: Environment): Publish {
  return async ({ subject, text }) => {
    const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns')
    const endpoint = env['AWS_ENDPOINT_URL_SNS'] || env['AWS_ENDPOINT_URL']
    const region = topicArn.split(':')[3] ?? ''
    const client = new SNSClient({ region, ...(endpoint ? { endpoint } : {}), maxAttempts: 5 })
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text }))
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : 'an unknown failure'
      throw new CodedError('ACCESS_DENIED', `nobody could be told: ${name}`, {
        value: topicArn,
        hint: 'allow sns:Publish on the topic, and the use of its key, in the role of the function; what was to be told is in the log',
        cause,
      })
    } finally {
      client.destroy()
    }
  }
}
