import { CodedError } from '../../model/errors.js'
import { formatArn, isAccount, isRegion, parseArn, partitionOf } from './arn.js'
import type { Home, Reference } from './reference.js'

/** What stands for something outside the pool where the pool is restored to: a whole value, an account or a Region. */
export interface Mapping {
  readonly from: string
  readonly to: string
}

/** A reference, and what the mappings make of it. */
export interface MappedReference extends Reference {
  /** The value that is restored. */
  readonly becomes: string
  /** Whether a mapping says where it is, Region and account, be it that it stays where it was. */
  readonly placed: { readonly region: boolean; readonly account: boolean }
  /** Whether a mapping of the value to itself says that it is right as it is. */
  readonly vouched: boolean
}

/** Certificates of custom domains are in us-east-1, wherever the pool is. */
const REGION_OF_ITS_OWN = ['acm']

const POOL_IN_URL = /^(https:\/\/cognito-idp)\.[a-z0-9-]+\.(amazonaws\.com(?:\.cn)?)\/([\w-]+_[0-9a-zA-Z]+)/

/**
 * What mappings make of a reference. One of the whole value goes before those of an account or a Region, which change these parts of an
 * ARN, and Regions that stand alone. An address names something that another Region does not have under the same name, so
 * only its whole, or the id of the pool in it, can be mapped.
 */
export function mapReference(
  reference: Reference,
  mappings: ReadonlyMap<string, string>,
  to: Home,
): MappedReference {
  const { value, service } = reference
  const whole = mappings.get(value) ?? (service === 'url' ? withPool(value, mappings) : undefined)
  if (whole !== undefined) {
    const placed = { region: true, account: true }
    return { ...reference, becomes: whole, placed, vouched: whole === value }
  }
  const region = REGION_OF_ITS_OWN.includes(service) ? undefined : mappings.get(reference.region)
  const account = mappings.get(reference.account)
  const placed = { region: region !== undefined, account: account !== undefined }
  if (service === 'region') return { ...reference, becomes: region ?? value, placed, vouched: false }
  const arn = parseArn(value)
  if (arn === undefined || (region === undefined && account === undefined))
    return { ...reference, becomes: value, placed, vouched: false }
  const becomes = formatArn({
    ...arn,
    partition: partitionOf(region ?? (arn.region === '' ? to.region : arn.region)),
    region: region ?? arn.region,
    account: account ?? arn.account,
  })
  return { ...reference, becomes, placed, vouched: false }
}

/** The address of another pool's issuer, where the id of that pool is mapped: the id names the Region. */
function withPool(url: string, mappings: ReadonlyMap<string, string>): string | undefined {
  const [start, service, domain, poolId] = POOL_IN_URL.exec(url) ?? []
  const to = mappings.get(poolId ?? '')
  if (start === undefined || service === undefined || domain === undefined || to === undefined)
    return undefined
  const region = to.slice(0, to.lastIndexOf('_'))
  return `${service}.${region}.${domain}/${to}${url.slice(start.length)}`
}

/**
 * The mappings by what they map.
 *
 * @throws CodedError `USAGE` when two contradict each other, or one makes something of another kind of what it maps
 */
export function mappingsByValue(mappings: readonly Mapping[]): ReadonlyMap<string, string> {
  const byValue = new Map<string, string>()
  for (const { from, to } of mappings) {
    const before = byValue.get(from)
    if (before !== undefined && before !== to) {
      throw new CodedError('USAGE', `${from} is mapped to ${before} and to ${to}`, {
        value: from,
        hint: 'give one --map for each value',
      })
    }
    const kind = kindOf(from)
    if (from === '' || to === '' || (kind !== 'a name' && kindOf(to) !== kind)) {
      throw new CodedError('USAGE', `--map takes FROM=TO, both of one kind, not "${from}=${to}"`, {
        value: from,
        hint: 'an ARN is mapped to an ARN of the same service, an account id to an account id, a Region to a Region',
      })
    }
    byValue.set(from, to)
  }
  return byValue
}

function kindOf(value: string): string {
  const service = parseArn(value)?.service
  if (service !== undefined) return `an ARN of ${service}`
  if (isAccount(value)) return 'an account'
  return isRegion(value) ? 'a Region' : 'a name'
}

/**
 * `FROM=TO` as it is typed. ARNs may hold equals signs, so that of two ARNs the second begins at the last `=arn:`.
 *
 * @throws CodedError `USAGE`
 */
export function parseMapping(given: string): Mapping {
  const at = given.startsWith('arn:') ? given.lastIndexOf('=arn:') : given.indexOf('=')
  if (at > 0 && at < given.length - 1) return { from: given.slice(0, at), to: given.slice(at + 1) }
  throw new CodedError('USAGE', `--map takes FROM=TO, not "${given}"`, {
    value: given,
    hint: 'for instance --map eu-west-1=eu-central-1; an ARN is mapped to an ARN, an account id to an account id',
  })
}
