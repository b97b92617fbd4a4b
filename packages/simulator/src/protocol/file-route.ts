import type { Account } from '../account.js'
import { uiImage } from '../pools/ui-images.js'
import { ServiceError } from '../service-error.js'
import type { Route } from './call.js'
import type { Reply } from './reply.js'

/** What the service keeps outside its API, at URLs that its answers name: images. Nothing there is signed. */
export const fileRoute: Route = {
  operationOf: (request) => {
    if (request.method === 'GET') return 'GET image'
    throw new ServiceError(
      'UnknownOperationException',
      `No file takes ${request.method ?? ''} requests.`,
      405,
    )
  },
  open: ({ account }, request) => ({
    body: { url: request.url ?? '' },
    admit: () => {
      // No quota is documented for files.
    },
    validate: () => () => image(account, request.url ?? ''),
  }),
}

function image(account: Account, path: string): Reply {
  const bytes = uiImage(account, path)
  if (bytes === undefined) return { status: 404, type: 'text/plain', body: 'Not found' }
  return { status: 200, type: 'image/jpeg', body: bytes }
}
