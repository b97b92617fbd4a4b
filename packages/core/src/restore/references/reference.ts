/** Something outside the pool that a setting names: where the setting is, what it holds, and what that says of itself. */
export interface Reference {
  /** The kind of resource that has the setting, and the resource's name. */
  readonly kind: string
  readonly name: string
  /** The setting: members, and places in lists. */
  readonly path: readonly (string | number)[]
  readonly value: string
  /** The service of an ARN; else what the value names: `region`, `url`, `ses`, … */
  readonly service: string
  /** Empty where the value does not say. */
  readonly region: string
  readonly account: string
}

/** Where a pool is. */
export interface Home {
  readonly region: string
  /** `undefined` where nothing said so. */
  readonly account: string | undefined
}

/** A setting as people write it: `LogConfigurations[0].S3Configuration.BucketArn`. */
export function memberText(path: Reference['path']): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`))
    .join('')
}
