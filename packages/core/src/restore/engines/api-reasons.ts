import type { CsvObstacle } from './csv-row.js'

/** Why a user who is made again is made by API calls, and not by an import job. */
export type ApiReason =
  | CsvObstacle
  | 'asked-for'
  | 'no-role'
  | 'no-verified-attribute'
  | 'disabled'
  | 'not-verified'
  | 'lacks-required'
  | 'second-factor'

/** What the plan says of each. */
export const API_REASONS: Readonly<Record<ApiReason, string>> = {
  'asked-for': '--engine api was given',
  'no-role': 'an import job needs a role with which it logs (--import-role ARN), and none was given',
  'no-verified-attribute': 'the pool verifies neither email nor phone numbers by itself, and imports nobody',
  disabled: 'is disabled: an import would let the user in until that is done',
  'not-verified': 'has no verified address of the kind that the pool verifies by itself',
  'lacks-required': 'lacks an attribute that the pool requires',
  'second-factor':
    'gets a second factor back, which cannot be set until an imported user has chosen a password; it makes the user monthly active anyway',
  newline: 'has a newline in a value, which no line of an import can carry',
  'outer-space': 'has a blank at the end of a value, which an import cuts off',
  backslash: 'has a backslash in a value, which may not be read as it is meant',
  'empty-value': 'has an attribute that is empty, which an import leaves out',
  'not-unicode': 'has a value that is no text in UTF-8',
  birthdate: 'has a birthdate that is no date',
  'updated-at': 'has an updated_at that is no number of seconds',
  'space-in-username': 'has a blank in the username',
  'no-column': 'has an attribute that the pool’s import file has no column for',
  'too-long': 'is longer than a line of an import may be',
}
