import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** SNS and STS over HTTP, from their API references: Publish and AssumeRole, and nothing else. */
export interface QueryServices {
  readonly url: string
  /** What was published. */
  readonly messages: { readonly topic: string; readonly subject: string; readonly text: string }[]
  /** The roles that were assumed. */
  readonly assumed: string[]
  /** Answers all that comes with a refusal. */
  refuse: boolean
  close(): Promise<void>
}

export async function startQueryServices(): Promise<QueryServices> {
  const messages: { topic: string; subject: string; text: string }[] = []
  const assumed: string[] = []
  const state = { refuse: false }
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const form = new URLSearchParams(body)
      const of = (name: string): string => form.get(name) ?? ''
      const action = of('Action')
      response.setHeader('content-type', 'text/xml')
      if (state.refuse || !['Publish', 'AssumeRole'].includes(action)) {
        response.writeHead(403)
        response.end(
          '<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not to be repeated</Message></Error></ErrorResponse>',
        )
        return
      }
      if (action === 'Publish') {
        messages.push({ topic: of('TopicArn'), subject: of('Subject'), text: of('Message') })
        response.end(
          '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
        )
        return
      }
      assumed.push(of('RoleArn'))
      response.end(
        '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    assumed,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
