const KEY_ARN = /^arn:([^:]+):kms:([^:]+):([^:]*):(key|alias)\/(.+)$/

/** The parts of a KMS key's or alias' ARN; `undefined` of anything else. */
export function kmsKeyOf(
  arn: string,
): { readonly region: string; readonly account: string; readonly name: string } | undefined {
  const [, , region, account, kind, name] = KEY_ARN.exec(arn) ?? []
  if (region === undefined || account === undefined || name === undefined) return undefined
  return { region, account, name: `${kind ?? ''}/${name}` }
}

/** Whether a key has replicas in other Regions, which have its id and open what it wrapped. */
export function isMultiRegion(arn: string): boolean {
  return kmsKeyOf(arn)?.name.startsWith('key/mrk-') === true
}

/** Whether two ARNs name one key: the replicas of a multi-Region key are one. */
export function isSameKey(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [kmsKeyOf(one), kmsKeyOf(other)]
  return isMultiRegion(one) && a?.account === b?.account && a?.name === b?.name
}
