import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../model/system-clock.js'
import { createImageFetcher } from './fetch-image.js'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const serving = createServer(listener)
  server = serving
  await new Promise<void>((resolve) => serving.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(serving.address() as AddressInfo).port}/image.png`
}

const fetchImage = createImageFetcher(systemClock)
const failure = (message: string): object => ({
  operation: 'GET ImageUrl',
  exception: 'ImageUnavailable',
  outcome: 'refused',
  message,
})

describe('an image', () => {
  it('is had whole, through a redirect too', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/image.png') response.writeHead(302, { location: '/other.png' }).end()
      else response.end(Buffer.from([1, 2, 255]))
    })
    expect([...(await fetchImage(url))]).toEqual([1, 2, 255])
  })

  it('is asked for once more when the answer was lost', async () => {
    let asked = 0
    const url = await serve((request, response) => {
      if (++asked === 1) request.socket.destroy()
      else response.end('image')
    })
    expect(Buffer.from(await fetchImage(url)).toString()).toBe('image')
  })

  it.each(['file:///etc/passwd', 'data:image/png;base64,AAAA'])(
    'is not asked for at %s, nor after a redirect to it',
    async (address) => {
      await expect(fetchImage(address)).rejects.toMatchObject(failure('it is not an address of the web'))
      const url = await serve((_, response) => response.writeHead(302, { location: address }).end())
      await expect(fetchImage(url)).rejects.toMatchObject(failure('it redirects to another scheme'))
    },
  )

  it('is not had where redirects have no end', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: '/again' }).end())
    await expect(fetchImage(url)).rejects.toMatchObject(failure('it redirects without end'))
  })

  it('is not read beyond a bound', async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(2 * 1024 * 1024)))
    await expect(fetchImage(url)).rejects.toMatchObject(failure('it is larger than 1048576 bytes'))
  })

  it('that does not come in time is given up', async () => {
    const url = await serve(() => undefined)
    const hurried = createImageFetcher({ ...systemClock, sleep: () => Promise.resolve() })
    await expect(hurried(url)).rejects.toMatchObject({ exception: 'ImageUnavailable' })
  })

  it('is given up at once when the work is stopped', async () => {
    const stop = new AbortController()
    const url = await serve(() => stop.abort(new Error('stopped')))
    await expect(fetchImage(url, stop.signal)).rejects.toThrow('stopped')
  })
})
