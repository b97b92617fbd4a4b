import type { JsonValue } from '../../model/canonical.js'
import type { Step } from '../step.js'
import type { MappedReference } from './mapping.js'

/**
 * The references that steps write. What a pool that exists has already, and what a restore never gives a live pool, needs nothing
 * that is outside.
 */
export function writtenReferences(
  references: readonly MappedReference[],
  steps: readonly Step[],
): MappedReference[] {
  const written = new Map<string, Set<string>>()
  for (const { subject, operations } of steps) {
    const texts = written.get(keyOf(subject.kind, subject.id)) ?? new Set()
    written.set(keyOf(subject.kind, subject.id), texts)
    for (const { input, patch } of operations) collectTexts({ ...input, ...patch }, texts)
  }
  return references.filter(({ kind, name, becomes }) => written.get(keyOf(kind, name))?.has(becomes) === true)
}

function keyOf(kind: string, name: string): string {
  return `${kind}/${name}`
}

function collectTexts(value: JsonValue, into: Set<string>): void {
  if (typeof value === 'string') into.add(value)
  else if (Array.isArray(value)) for (const item of value) collectTexts(item, into)
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) collectTexts(inner, into)
}
