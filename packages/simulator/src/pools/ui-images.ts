import type { Account } from '../account.js'

/** Where the image of a classic UI style is: as the service's own addresses look, on this server. */
export function uiImageUrl(account: Account, userPoolId: string, clientId: string, version: string): string {
  return `${account.url}/${userPoolId}/${clientId}/${version}/assets/images/image.jpg`
}

/** The image at a path of this server, unless its style, client or pool has gone or changed. */
export function uiImage(account: Account, path: string): Buffer | undefined {
  const [, userPoolId = '', clientId = ''] = path.split('/')
  const key = clientId === 'ALL' ? 'ui' : `ui ${clientId}`
  const body = account.pools.get(userPoolId)?.settings.get(key)?.body
  if (typeof body?.ImageFile !== 'string' || body.ImageUrl !== `${account.url}${path}`) return undefined
  return Buffer.from(body.ImageFile, 'base64')
}
