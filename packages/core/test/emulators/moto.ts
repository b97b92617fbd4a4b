import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Emulator } from './emulator.js'

/** The environment variable that names a `moto_server`; `.ci/run` installs one and sets it. */
export const MOTO = 'COGNITO_VAULT_MOTO'

/** Starts moto's server, of `moto[server]` from PyPI. */
export async function startMoto(command: string): Promise<Emulator> {
  const server = spawn(command, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`moto ended: ${text}`)))
    // It logs every request there, so that this has to be read to the end.
    server.stderr.on('data', (chunk: Buffer) => {
      if (text.length < 10_000) text += chunk.toString('utf8')
      const ready = /Running on (http:\S+)/.exec(text)
      if (ready?.[1] !== undefined) resolve(ready[1])
    })
  })
  return {
    url,
    close: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGTERM')
      await ended
    },
  }
}
