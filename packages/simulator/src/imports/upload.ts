import type { Account } from '../account.js'
import { createHash } from 'node:crypto'
import type { ImportJob } from './import-job.js'

const URL_LIFETIME = 15 * 60_000

/** The address for a job's file. All of it is signed, so it works only as it is. */
export function uploadUrl(account: Account, userPoolId: string, jobId: string): string {
  const date = new Date(account.clock.now()).toISOString().replace(/[-:]|\.\d+/gu, '')
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': date,
    'X-Amz-SignedHeaders': 'host;x-amz-server-side-encryption',
    'X-Amz-Expires': String(URL_LIFETIME / 1000),
    'X-Amz-Signature': createHash('sha256').update(`${userPoolId} ${jobId} ${date}`).digest('hex'),
  })
  return `${account.url}/imports/${userPoolId}/${jobId}?${query.toString()}`
}

/** Takes a file for a job. A text says why it is refused. */
export function takeUpload(
  account: Account,
  path: string,
  encryption: unknown,
  bytes: Uint8Array,
): string | undefined {
  const job = jobAt(account, path)
  if (job === undefined) return 'SignatureDoesNotMatch'
  if (encryption !== 'aws:kms') return 'AccessDenied'
  if (account.clock.now() - job.createdAt > URL_LIFETIME) return 'AccessDenied'
  // What comes after the start is stored by the service and read by nobody.
  if (job.status === 'Created') job.upload = bytes
  return undefined
}

function jobAt(account: Account, path: string): ImportJob | undefined {
  const [, , userPoolId = '', rest = ''] = path.split('/')
  const [jobId = ''] = rest.split('?')
  const job = account.pools.get(userPoolId)?.importJobs.get(jobId)
  return job?.url === `${account.url}${path}` ? job : undefined
}
