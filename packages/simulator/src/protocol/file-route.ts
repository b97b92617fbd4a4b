import type { IncomingMessage } from 'node:http'
import type { Account } from '../account.js'
import { takeUpload } from '../imports/upload.js'
import { uiImage } from '../pools/ui-images.js'
import { ServiceError } from '../service-error.js'
import type { Route } from './call.js'
import type { Reply } from './reply.js'

/** What the service keeps outside its API, at URLs that its answers name: images, and files to import. */
export const fileRoute: Route = {
  operationOf: (request) => {
    if (request.method === 'GET') return 'GET image'
    if (request.method === 'PUT') return 'PUT import file'
    throw new ServiceError(
      'UnknownOperationException',
      `No file takes ${request.method ?? ''} requests.`,
      405,
    )
  },
  open: ({ account }, request, operation, bytes) => ({
    body: { url: request.url ?? '' },
    admit: () => {
      // No quota is documented for files.
    },
    validate: () => () =>
      operation === 'GET image' ? image(account, request.url ?? '') : upload(account, request, bytes),
  }),
}

function image(account: Account, path: string): Reply {
  const bytes = uiImage(account, path)
  if (bytes === undefined) return { status: 404, type: 'text/plain', body: 'Not found' }
  return { status: 200, type: 'image/jpeg', body: bytes }
}

function upload(account: Account, request: IncomingMessage, bytes: Buffer): Reply {
  const encryption = request.headers['x-amz-server-side-encryption']
  const code = takeUpload(account, request.url ?? '', encryption, bytes)
  if (code === undefined) return { status: 200, type: 'text/plain', body: '' }
  return { status: 403, type: 'application/xml', body: `<Error><Code>${code}</Code></Error>` }
}
