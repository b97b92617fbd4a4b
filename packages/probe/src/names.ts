import type { Random } from 'cognito-vault'

const PREFIX = 'cognito-vault-probe'
const NAME = /^cognito-vault-probe-[0-9a-f]{12}-[a-z-]+$/

/** The tag that everything carries which is made here; its value is the run. */
export const TAG = PREFIX

export function newRun(random: Random): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 16).toString(16)).join('')
}

/** What a thing of a run is called. */
export function nameOf(run: string, what: string): string {
  return `${PREFIX}-${run}-${what}`
}

/** Whether something is called as only these probes call things; of one run, where one is named. */
export function isProbeName(name: string, run?: string): boolean {
  return NAME.test(name) && (run === undefined || name.startsWith(nameOf(run, '')))
}
