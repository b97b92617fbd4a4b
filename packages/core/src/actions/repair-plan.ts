import type { Origin } from '../vault/repair/candidates.js'
import type { Lost } from '../vault/repair/what-is-lost.js'

/** What is done about an object. */
export type RepairAction =
  /** It is gone, and is put back. */
  | 'put'
  /** Something else lies in its place, and is replaced. */
  | 'replace'
  /** It is whole, and is kept from being deleted for as long as the snapshots that need it. */
  | 'keep'
  /** An entry of the log of locks that cannot be read is removed, once it is over. */
  | 'remove'
  /** Nothing can be done here. */
  | 'leave'

/** An object that is not what the vault says it is; the field names are those of the JSON document. */
export interface RepairItem {
  readonly key: string
  readonly reason: string
  readonly action: RepairAction
  /** Where the right bytes are. */
  readonly origin?: Origin
  /** Why nothing is done. */
  readonly why?: string
  /** The next command, or the next thing to do. */
  readonly hint?: string
  /** The snapshots that need it. */
  readonly snapshots: readonly string[]
  /** What these have lost with it. */
  readonly lost?: readonly Lost[]
}

/** A snapshot that somebody deleted by other means than `forget`. */
export interface HiddenSnapshot {
  readonly snapshot: string
  readonly poolId: string
  readonly deletedAt: string
  readonly origin: Origin
  /** Whether all of it is there or can be put back with it. */
  readonly isWhole: boolean
  /** What is put back with it. */
  readonly needs: readonly RepairItem[]
}

/** What is wrong with a vault and what would be done about it: a dry run shows what the run carries out. */
export interface RepairPlan {
  readonly items: readonly RepairItem[]
  /** Brought back only where that is asked for. */
  readonly hidden: readonly HiddenSnapshot[]
  /** Snapshots whose parent is not there: no damage, as each is read without it. */
  readonly withoutParent: readonly { readonly snapshot: string; readonly parent: string }[]
}

/** What is known of an object that verification named. */
export interface Finding {
  readonly key: string
  readonly reason: string
  readonly snapshots: readonly string[]
  /** What lies there: nothing, something else, what belongs there, or what only a newer version can judge. */
  readonly found: 'nothing' | 'wrong' | 'right' | 'newer'
  readonly origin?: Origin | undefined
  readonly lost?: readonly Lost[] | undefined
  /** Whether a restore that is resumed would rely on it: then it is not taken away even for a moment. */
  readonly isReadByResume?: boolean | undefined
  /** Whether all that is wrong is that the store keeps it for a shorter time than promised. */
  readonly isLockedTooShort?: boolean | undefined
}

/** What is to be done about an object. Pure: the same findings come to the same plan. */
export function decide(finding: Finding): RepairItem {
  const { key, reason, snapshots, found, origin, lost } = finding
  const item = { key, reason, snapshots }
  if (found === 'newer') {
    const why = 'only a newer version of the program can read it'
    return { ...item, action: 'leave', why, hint: 'upgrade cognito-vault' }
  }
  if (found === 'right') return ofRight(finding)
  if (origin === undefined) {
    const rest = lost === undefined || lost.length === 0 ? {} : { lost }
    return { ...item, action: 'leave', ...rest, ...nowhere(finding) }
  }
  if (found === 'nothing') return { ...item, action: 'put', origin }
  if (finding.isReadByResume !== true) return { ...item, action: 'replace', origin }
  return {
    ...item,
    action: 'leave',
    origin,
    why: 'a restore that is resumed relies on it, and would take it for never written if it were away for a moment',
    hint: 'let nobody resume that restore; then delete this object and run repair again',
  }
}

/** By itself the object is what it should be. */
function ofRight({ key, reason, snapshots, isLockedTooShort }: Finding): RepairItem {
  if (isLockedTooShort === true) return { key, reason, snapshots, action: 'keep' }
  const why = 'its bytes are proven to be right, and something that needs it says otherwise'
  return { key, reason, snapshots, action: 'leave', why, hint: 'this is a defect: please report it' }
}

function nowhere({ key, found, snapshots }: Finding): Pick<RepairItem, 'why' | 'hint'> {
  const elsewhere = 'give a copy of the vault with --from'
  if (key.startsWith('erasures/'))
    return {
      why: 'nothing that proves to be it was found; nobody is restored while the list is not whole',
      hint: elsewhere,
    }
  if (key.startsWith('restores/'))
    return {
      why: 'nothing that proves to be it was found; it is of a restore, and no snapshot needs it',
      hint: elsewhere,
    }
  if (/^pools\/[^/]+\/segments\//.test(key) && snapshots.length === 0 && found === 'wrong')
    return {
      why: 'nothing that proves to be it was found; no snapshot that can be read needs it',
      hint: 'cognito-vault prune deletes it once it is a day old and every manifest can be read',
    }
  return {
    why: 'nothing that proves to be it was found',
    hint: `${elsewhere}; a new backup is whole by itself: cognito-vault backup`,
  }
}
