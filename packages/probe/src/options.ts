import { parseArgs } from 'node:util'
import type { Probe } from './probe.js'
import { PROBES } from './probes/all.js'

/** What the command line asks for. */
export interface ProbeOptions {
  readonly region: string | undefined
  readonly profile: string | undefined
  readonly endpoint: string | undefined
  readonly importRole: string | undefined
  readonly probes: readonly Probe[]
  readonly yes: boolean
  readonly json: boolean
  readonly clean: boolean
  readonly help: boolean
}

export const HELP = `npm run probe -- [options]

Asks a real account what the documents of Amazon Cognito leave open, and deletes everything that it made.

  --region REGION       the AWS Region (default: $AWS_REGION, the profile)
  --profile NAME        the AWS profile
  --endpoint-url URL    another endpoint of Cognito, such as a simulator
  --only ID,ID          these questions only
  --import-role ARN     a role with which import jobs log: without it three questions stay open
  --yes                 do not ask before anything is made, or deleted by --clean
  --clean               delete what runs that were killed have left, and ask nothing
  --json                one JSON document on stdout

Exit codes: 0 every answer is as this program takes it to be; 8 one is not; 3 questions are undecided;
1 nothing was probed, or something could not be deleted; 2 usage, or not confirmed; 130 interrupted.

Questions:
${PROBES.map(({ id, question }) => `  ${id.padEnd(25)} ${question}`).join('\n')}
`

/** @throws Error for what cannot be understood */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ProbeOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      region: { type: 'string' },
      profile: { type: 'string' },
      'endpoint-url': { type: 'string' },
      only: { type: 'string' },
      'import-role': { type: 'string' },
      yes: { type: 'boolean', default: false },
      clean: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    region: values.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined),
    profile: values.profile ?? (env['AWS_PROFILE'] || undefined),
    endpoint: values['endpoint-url'],
    importRole: values['import-role'],
    probes: values.only === undefined ? PROBES : values.only.split(',').map(probeNamed),
    yes: values.yes,
    json: values.json,
    clean: values.clean,
    help: values.help,
  }
}

function probeNamed(id: string): Probe {
  const probe = PROBES.find((one) => one.id === id)
  if (probe === undefined) throw new Error(`there is no question "${id}"; --help lists them`)
  return probe
}
