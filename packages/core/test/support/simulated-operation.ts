import { permissionFor, serviceOf } from '../../src/cognito/services.js'

const PREFIX = 'cognito-identity:'

/** An operation as the simulator's ledger and faults name it: those of identity pools with their service. */
export function asSimulated(operation: string): string {
  return serviceOf(operation) === 'cognito-identity' ? permissionFor(operation) : operation
}

/** An operation that the simulator names, as the port does. */
export function asCalled(simulated: string): string {
  return simulated.startsWith(PREFIX) ? simulated.slice(PREFIX.length) : simulated
}

/** The ledger's counts by the port's names. */
export function countsAsCalled(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([operation, count]) => [asCalled(operation), count]))
}
