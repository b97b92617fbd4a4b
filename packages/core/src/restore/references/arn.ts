/** An Amazon Resource Name in its parts; Region and account are empty where the service's names have none. */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

const ARN = /^arn:([^:\s]+):([^:\s]+):([^:\s]*):([^:\s]*):(\S.*)$/
const REGION = /^[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}$/
const ACCOUNT = /^\d{12}$/

/** The parts of an ARN; `undefined` where the whole text is none. */
export function parseArn(text: string): Arn | undefined {
  const [, partition, service, region = '', account = '', resource] = ARN.exec(text) ?? []
  if (partition === undefined || service === undefined || resource === undefined) return undefined
  return { partition, service, region, account, resource }
}

export function formatArn({ partition, service, region, account, resource }: Arn): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`
}

/** Whether a text has the form of a Region's name. */
export function isRegion(text: string): boolean {
  return REGION.test(text)
}

/** Whether a text has the form of an account's id. */
export function isAccount(text: string): boolean {
  return ACCOUNT.test(text)
}

/** The partition that a Region is in, by its name. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
