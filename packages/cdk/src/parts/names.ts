import type { MachineName } from '../permissions'
import type { Settings } from '../settings'
import { arnHere, filledIn } from './place'

/** Days for which logs are kept. */
export const LOG_DAYS = 90

export function machineName(settings: Settings, machine: MachineName): string {
  return filledIn(`${settings.name}-${machine}`)
}

/** Known from its name, so that what the machine itself refers to can name it. */
export function machineArn(settings: Settings, machine: MachineName): string {
  return arnHere('states', `stateMachine:${settings.name}-${machine}`)
}

/** The dimension `Vault` of all metrics, and the dashboard. */
export function vaultName(settings: Settings): string {
  return filledIn(settings.name)
}
