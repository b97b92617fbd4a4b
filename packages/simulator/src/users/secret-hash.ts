import { createHmac } from 'node:crypto'
import type { Client } from '../pools/pool.js'
import { ServiceError } from '../service-error.js'

/** Refuses a request whose hash is not that of one of the client's secrets; a client without one asks for none. */
export function checkSecretHash(client: Client, username: string, hash: string | undefined): void {
  const fits = client.secrets.some(
    ({ value }) => hash === createHmac('sha256', value).update(username).update(client.id).digest('base64'),
  )
  if (client.secrets.length > 0 && !fits) {
    throw new ServiceError('NotAuthorizedException', 'Unable to verify secret hash for client')
  }
}
