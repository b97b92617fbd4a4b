import { parseArgs } from 'node:util'
import { startSimulator } from './simulator.js'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9229' },
    region: { type: 'string', default: 'eu-west-1' },
    'no-quotas': { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
})

const simulator = await startSimulator({
  port: Number(values.port),
  region: values.region,
  quotas: !values['no-quotas'],
  seed: Number(values.seed),
})
process.stdout.write(`${simulator.url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.close())
}
