import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is in an account, by ARN, and how other calls than those for what is not there fail. */
export interface AwsAccount {
  readonly account: string
  /** By ARN or name: the state that a description shows, or the exception that is thrown. */
  readonly things: Readonly<Record<string, string>>
}

/** Small stand-ins for the services around Cognito, which answer as their API references say. */
export interface AwsServices {
  readonly url: string
  /** What was asked, in order. */
  readonly asked: string[]
  /** Replaced to change what is there. */
  account: AwsAccount
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly error?: string
}

const json = (body: object): Answer => ({ status: 200, type: 'application/json', body: JSON.stringify(body) })
const xml = (body: string): Answer => ({ status: 200, type: 'text/xml', body })
const failed = (error: string, status = 400): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ __type: error, message: 'no words of the service are to be repeated' }),
  error,
})
const xmlFailed = (code: string, status: number): Answer => ({
  status,
  type: 'text/xml',
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>not to be repeated</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
})

export async function startAwsServices(account: AwsAccount): Promise<AwsServices> {
  const asked: string[] = []
  const services = { account }
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, type, body: text, error } = answer(request, body, services.account, asked)
      response.writeHead(status, {
        'content-type': type,
        ...(error === undefined ? {} : { 'x-amzn-errortype': error }),
      })
      response.end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(services, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function answer(
  { url = '', headers }: IncomingMessage,
  body: string,
  { account, things }: AwsAccount,
  asked: string[],
): Answer {
  const target = String(headers['x-amz-target'] ?? '')
  const [, functionArn] = /^\/2015-03-31\/functions\/(.+)\/configuration/.exec(url) ?? []
  const [, identity] = /^\/v2\/email\/identities\/(.+)/.exec(url) ?? []
  const form = new URLSearchParams(body)
  const what = target || form.get('Action') || url
  if (target !== '') {
    const { KeyId, CertificateArn } = JSON.parse(body) as Record<string, string>
    const arn = KeyId ?? CertificateArn ?? ''
    asked.push(`${what} ${arn}`)
    const state = things[arn]
    if (state?.endsWith('Exception') === true) return failed(state)
    if (target === 'TrentService.DescribeKey')
      return state === undefined
        ? failed('NotFoundException')
        : json({ KeyMetadata: { KeyId: arn, KeyState: state } })
    if (target === 'CertificateManager.DescribeCertificate') {
      if (state === undefined) return failed('ResourceNotFoundException')
      return json({ Certificate: { CertificateArn: arn, Status: state } })
    }
  }
  if (functionArn !== undefined) {
    const arn = decodeURIComponent(functionArn)
    asked.push(`GetFunctionConfiguration ${arn}`)
    const state = things[arn]
    if (state === undefined) return failed('ResourceNotFoundException', 404)
    return state.endsWith('Exception') ? failed(state, 403) : json({ FunctionArn: arn, State: state })
  }
  if (identity !== undefined) {
    const name = decodeURIComponent(identity)
    asked.push(`GetEmailIdentity ${name}`)
    const state = things[name]
    if (state === undefined) return failed('NotFoundException', 404)
    return json({ IdentityType: 'DOMAIN', VerifiedForSendingStatus: state === 'verified' })
  }
  if (what === 'GetCallerIdentity') {
    asked.push(what)
    if (account === '') return xmlFailed('AccessDenied', 403)
    return xml(
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account><Arn>arn:aws:iam::${account}:user/a</Arn><UserId>A</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    )
  }
  if (what === 'GetRole') {
    const name = form.get('RoleName') ?? ''
    asked.push(`${what} ${name}`)
    const arn = things[name]
    if (arn === undefined) return xmlFailed('NoSuchEntity', 404)
    if (arn === 'AccessDenied') return xmlFailed(arn, 403)
    return xml(
      `<GetRoleResponse><GetRoleResult><Role><Arn>${arn}</Arn><RoleName>${name}</RoleName><Path>/</Path><RoleId>R</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role></GetRoleResult></GetRoleResponse>`,
    )
  }
  asked.push(`? ${what}`)
  return failed('UnknownOperationException')
}
