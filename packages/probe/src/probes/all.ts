import type { Probe } from '../probe.js'
import { shownSecret } from './clients.js'
import { backslash, codesImportConfirmed, hashColumn } from './imports.js'
import { emptyConstraints } from './schema.js'
import { silentUnverifying } from './silence.js'
import { subFilter, subOrder } from './sub-filter.js'
import {
  groupKeeps,
  identityPoolTagsReplaced,
  poolTagsKept,
  poolTagsReplaced,
  providerKeeps,
} from './updates.js'
import { blankAttribute, membershipDate, passwordOfDisabled } from './users.js'

/** Every question, in the order in which they are asked. */
export const PROBES: readonly Probe[] = [
  subFilter,
  subOrder,
  passwordOfDisabled,
  membershipDate,
  blankAttribute,
  silentUnverifying,
  shownSecret,
  groupKeeps,
  providerKeeps,
  poolTagsReplaced,
  poolTagsKept,
  identityPoolTagsReplaced,
  emptyConstraints,
  hashColumn,
  codesImportConfirmed,
  backslash,
]
