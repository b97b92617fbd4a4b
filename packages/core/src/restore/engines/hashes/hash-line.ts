import { z } from 'zod'
import { CodedError } from '../../../model/errors.js'

/** What an import job can be told that its hashes are. */
export const ALGORITHMS = ['BCRYPT', 'SCRYPT', 'ARGON2ID', 'PBKDF2_SHA256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** The hash of one user's password. */
export interface PasswordHash {
  /** The user's sub in the snapshot, or what the user signs in with there. */
  readonly sub?: string | undefined
  readonly username?: string | undefined
  readonly algorithm: Algorithm
  readonly hash: string
}

interface Form {
  /** In groups: the numbers that the service caps. */
  readonly form: RegExp
  readonly caps: readonly { readonly name: string; readonly most: number }[]
}

/** How each algorithm's hashes are written, in the modular crypt or PHC format, and what the service takes at most. */
const FORMS: Readonly<Record<Algorithm, Form>> = {
  BCRYPT: { form: /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/, caps: [{ name: 'cost', most: 12 }] },
  SCRYPT: {
    form: /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$[\w+/=.-]+\$[\w+/=.-]+$/,
    caps: [
      { name: 'ln', most: 16 },
      { name: 'r', most: 8 },
      { name: 'p', most: 1 },
    ],
  },
  ARGON2ID: {
    form: /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[\w+/=.-]+\$[\w+/=.-]+$/,
    caps: [
      { name: 'm', most: 19_456 },
      { name: 't', most: 2 },
      { name: 'p', most: 1 },
    ],
  },
  PBKDF2_SHA256: {
    form: /^\$pbkdf2-sha256\$(?:i=)?(\d+)\$[\w+/=.-]+\$[\w+/=.-]+$/,
    caps: [{ name: 'the number of rounds', most: 600_000 }],
  },
}

const lineSchema = z.object({
  sub: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  algorithm: z.enum(ALGORITHMS),
  hash: z.string(),
})

/**
 * One line of a file of hashes. What is said of a line that is none names its number, and nothing that stands in it.
 *
 * @param number of the line, from 1
 * @throws CodedError `USAGE`
 */
export function parseHashLine(text: string, number: number): PasswordHash {
  const parsed = lineSchema.safeParse(jsonOf(text, number))
  if (!parsed.success) {
    const [member = 'it'] = parsed.error.issues
      .map(({ path }) => path.join('.'))
      .filter((path) => path !== '')
    throw badLine(number, `${member} is missing or not what it has to be`)
  }
  const { sub, username, algorithm, hash } = parsed.data
  if ((sub === undefined) === (username === undefined))
    throw badLine(number, 'it names the user neither by sub nor by username, or by both')
  const { form, caps } = FORMS[algorithm]
  const numbers = form.exec(hash)?.slice(1)
  if (numbers === undefined) throw badLine(number, `the hash is not written as one of ${algorithm} is`)
  for (const [at, { name, most }] of caps.entries()) {
    if (Number(numbers[at]) > most)
      throw badLine(number, `${name} of the hash is above ${most}, and Cognito imports no such hash`)
  }
  return parsed.data
}

function jsonOf(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's complaint quotes what it stumbled over.
    throw badLine(number, 'it is not JSON')
  }
}

function badLine(number: number, why: string): CodedError {
  return new CodedError('USAGE', `line ${number} of the password hashes: ${why}`, {
    value: `line ${number}`,
    hint: `a line is {"username" or "sub", "algorithm": one of ${ALGORITHMS.join(', ')}, "hash"}; nothing was changed`,
  })
}
