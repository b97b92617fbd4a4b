// Puts a million users into one pool, lists them over HTTP and prints what that took as one line of JSON.
// Build first, then: node packages/simulator/scripts/measure-million.js [users]
import { Agent, request } from 'node:http'
import { cpus } from 'node:os'
import { startSimulator } from '../dist/index.js'

const count = Number(process.argv[2] ?? 1_000_000)
const streams = 8
const simulator = await startSimulator({ quotas: false, pages: 'full' })
const userPoolId = simulator.seed.pool({ UsernameAttributes: ['email'] })

const startedSeeding = performance.now()
simulator.seed.users(userPoolId, count)
const seedSeconds = (performance.now() - startedSeeding) / 1000
globalThis.gc?.()
const { heapUsed, rss } = process.memoryUsage()

const agent = new Agent({ keepAlive: true, maxSockets: streams })
const { hostname, port } = new URL(simulator.url)

/** One page, as bytes and token: parsing the users is the client's cost, not the simulator's. */
function page(body) {
  return new Promise((resolve, reject) => {
    const headers = {
      'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers',
      'content-type': 'application/x-amz-json-1.1',
      authorization: 'unsigned',
    }
    const sent = request({ hostname, port, agent, method: 'POST', headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')))
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(body))
  })
}

async function list(filter) {
  let users = 0
  let token
  do {
    const text = await page({ UserPoolId: userPoolId, Filter: filter, PaginationToken: token })
    users += text.split('"Username":').length - 1
    token = /"PaginationToken":"([^"]*)"\}$/.exec(text.slice(-400))?.[1]
  } while (token !== undefined)
  return users
}

async function rate(filters) {
  const started = performance.now()
  const counts = []
  const waiting = [...filters]
  await Promise.all(
    Array.from({ length: streams }, async () => {
      for (let filter = waiting.shift(); filter !== undefined; filter = waiting.shift())
        counts.push(await list(filter))
    }),
  )
  const users = counts.reduce((sum, one) => sum + one, 0)
  return { users, perSecond: Math.round((users * 1000) / (performance.now() - started)) }
}

const sharded = await rate(Array.from({ length: 16 }, (_, digit) => `sub ^= "${digit.toString(16)}"`))
const single = await rate([''])
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20)
const [cpu] = cpus()
const result = {
  users: count,
  seedSeconds: Math.round(seedSeconds),
  heapMiB: mebibytes(heapUsed),
  rssMiB: mebibytes(rss),
  sharded,
  single,
  node: process.version,
  cpu: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
}
process.stdout.write(`${JSON.stringify(result)}\n`)
agent.destroy()
await simulator.close()
