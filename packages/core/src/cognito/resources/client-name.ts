/** In place of a client's id in a resource's name: what the pool has for all clients without their own. */
export const ALL_CLIENTS = 'ALL'

/** The client to which a resource of this name belongs; `undefined` where it is the pool's own. */
export function clientIdIn(name: string): string | undefined {
  const id = name.split('/', 1)[0]
  return id === ALL_CLIENTS ? undefined : id
}

/** The name that a resource has in the pool where its client has another id. */
export function withClientId(name: string, clientId: string): string {
  return `${clientId}${name.slice((clientIdIn(name) ?? ALL_CLIENTS).length)}`
}
