import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import type { Gap, Manifest } from '../vault/manifest.js'

/** The kinds that the program which took a snapshot did not know yet: that it has none of them means nothing. */
export function unrecorded({ counts }: Pick<Manifest, 'counts'>): Gap[] {
  return RESOURCE_KINDS.filter(({ plural }) => counts[plural] === undefined).map(({ plural }) => ({
    resource: plural,
    operation: '',
    reason: 'the version that took the snapshot did not record it',
  }))
}
