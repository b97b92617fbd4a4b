import type { FigureFile } from '../figure-file.js'
import * as dailyBytes from './daily-bytes.js'
import * as functions from './functions.js'
import * as storedBytes from './stored-bytes.js'

/** All figure files by name, in the order in which they are measured and recorded. */
export const FIGURE_FILES: Readonly<Record<string, FigureFile>> = {
  'stored-bytes': storedBytes,
  functions,
  'daily-bytes': dailyBytes,
}
