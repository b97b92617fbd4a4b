import type { MappedReference } from './mapping.js'
import type { Home } from './reference.js'

/** A service whose names are of no Region or account, though what they name belongs to an account. */
const OF_AN_ACCOUNT = ['s3']

/**
 * Whether nobody said what stands for a reference: the pool goes to another Region or account, and the reference is to something
 * in the ones that it leaves. What is elsewhere already (a function of a third account, an identity of SES in another Region) is as
 * reachable as it was; a name without Region or account is looked up where the pool is.
 */
export function isUnplaced(
  { region, account, service, placed }: MappedReference,
  from: Home,
  to: Home,
): boolean {
  const leavesRegion = from.region !== to.region && region === from.region && service !== 'acm'
  const owner = account === '' && OF_AN_ACCOUNT.includes(service) ? from.account : account
  const leavesAccount =
    from.account !== undefined &&
    to.account !== undefined &&
    from.account !== to.account &&
    owner === from.account
  return (leavesRegion && !placed.region) || (leavesAccount && !placed.account)
}
