import type { StreamRecord } from '../library.js'
import { FAMILY_NAMES, GIVEN_NAMES, MAIL_DOMAINS, PLACES } from './names.js'
import { dateOf, fourHex, isoOf, threeDigits } from './quick-text.js'
import { createSeededRandom, type SeededRandom } from './seeded-random.js'

/** What is kept of a generated user; all else follows from it. */
export interface Person {
  /** The first 48 bits of the sub. */
  readonly start: number
  /** How often something about the user was changed. */
  readonly changes: number
  /** When that was the last time, in milliseconds since the epoch; of no meaning without changes. */
  readonly changedAt: number
}

/** The earliest and the latest moment at which users of the first day were made. */
const MADE_FROM = Date.parse('2021-01-01T00:00:00Z')
export const FIRST_DAY = Date.parse('2026-10-01T00:00:00Z')

const PLANS = ['free', 'free', 'free', 'silver', 'gold']
const TENANTS = 400

/** What users change about themselves, or somebody about them. */
interface Details {
  phone: string
  phoneVerified: boolean
  plan: string
  lastOrder: string
  consent: string
}

/**
 * Writes users as a segment has them: what ListUsers answers, in canonical form, without building and serialising an object for each. A test
 * compares the lines with those that the library makes.
 */
export function createUserWriter(seed: number): (person: Person) => StreamRecord {
  const random = createSeededRandom()

  return ({ start, changes, changedAt }) => {
    random.seed(seed, start)
    const sub = subOf(start, random)
    const [given, givenAscii] = pick(GIVEN_NAMES, random)
    const [family, familyAscii] = pick(FAMILY_NAMES, random)
    const place = pick(PLACES, random)
    const [locale, zone] = place
    const isFederated = random.happens(0.15)
    const name = `${givenAscii}.${familyAscii}${random.happens(0.7) ? random.below(10_000) : ''}`
    // The first domains are those that most have.
    const domain = MAIL_DOMAINS[Math.min(random.below(10), random.below(10))] ?? ''
    const madeAt = MADE_FROM + Math.floor(random.fraction() * (FIRST_DAY - MADE_FROM))
    const untouched =
      madeAt +
      (random.happens(0.3) ? random.below(90_000) : Math.floor(random.fraction() * (FIRST_DAY - madeAt)))
    const provider = isFederated ? `1${digits(20, random)}` : ''
    const status = statusOf(isFederated, random)
    const username = isFederated
      ? `Google_${provider}`
      : random.happens(0.6)
        ? sub
        : `${name.replace('.', '_')}_${random.below(1_000)}`
    const birthdate = random.happens(0.6) ? dayOf(-1_000_000_000_000, 2_100_000_000_000, random) : ''
    const customer = digits(9, random)
    const tenant = random.below(1 + random.below(TENANTS))
    const enabled = !random.happens(0.02)
    const emailVerified = status === 'CONFIRMED' || status === 'RESET_REQUIRED'
    const details: Details = {
      phone: random.happens(0.6) ? phoneOf(place, random) : '',
      phoneVerified: random.happens(0.7),
      plan: pick(PLANS, random),
      lastOrder: dayOf(MADE_FROM, FIRST_DAY - MADE_FROM, random),
      consent: consentOf(random),
    }
    for (let change = 1; change <= changes; change++) {
      random.seed(seed, start, change)
      changeDetail(details, place, random)
    }

    const attributes =
      (birthdate === '' ? '' : `{"Name":"birthdate","Value":"${birthdate}"},`) +
      `{"Name":"custom:consent","Value":"${details.consent}"},` +
      `{"Name":"custom:customer_id","Value":"C-${customer}"},` +
      `{"Name":"custom:last_order","Value":"${details.lastOrder}"},` +
      `{"Name":"custom:plan","Value":"${details.plan}"},` +
      `{"Name":"custom:tenant","Value":"tenant-${tenant}"},` +
      `{"Name":"email","Value":"${name}@${domain}"},` +
      `{"Name":"email_verified","Value":"${emailVerified}"},` +
      `{"Name":"family_name","Value":"${family}"},` +
      `{"Name":"given_name","Value":"${given}"},` +
      (isFederated ? `{"Name":"identities","Value":${identities(provider, madeAt)}},` : '') +
      `{"Name":"locale","Value":"${locale}"},` +
      (details.phone === ''
        ? ''
        : `{"Name":"phone_number","Value":"${details.phone}"},{"Name":"phone_number_verified","Value":"${details.phoneVerified}"},`) +
      `{"Name":"sub","Value":"${sub}"},` +
      `{"Name":"zoneinfo","Value":"${zone}"}`
    const value =
      `{"Attributes":[${attributes}],"Enabled":${enabled},"UserCreateDate":"${isoOf(madeAt)}",` +
      `"UserLastModifiedDate":"${isoOf(changes === 0 ? untouched : changedAt)}","UserStatus":"${status}","Username":"${username}"}`
    return { key: sub, line: `{"key":"${sub}","value":${value}}` }
  }
}

/** A sub as a random UUID of version 4 is written. */
function subOf(start: number, random: SeededRandom): string {
  const upper = Math.floor(start / 2 ** 16)
  const middle = random.bits()
  const tail = random.bits()
  return (
    `${fourHex(upper >>> 16)}${fourHex(upper & 0xffff)}-${fourHex(start % 2 ** 16)}-` +
    `${fourHex(0x4000 | (middle & 0xfff))}-${fourHex(0x8000 | ((middle >>> 16) & 0x3fff))}-` +
    `${fourHex(tail >>> 16)}${fourHex(tail & 0xffff)}${fourHex(random.below(65_536))}`
  )
}

function statusOf(isFederated: boolean, random: SeededRandom): string {
  const draw = random.below(100)
  if (isFederated) return 'EXTERNAL_PROVIDER'
  return draw < 88
    ? 'CONFIRMED'
    : draw < 94
      ? 'UNCONFIRMED'
      : draw < 98
        ? 'FORCE_CHANGE_PASSWORD'
        : 'RESET_REQUIRED'
}

function changeDetail(details: Details, place: (typeof PLACES)[number], random: SeededRandom): void {
  switch (random.below(4)) {
    case 0:
      details.phone = phoneOf(place, random)
      details.phoneVerified = false
      break
    case 1:
      details.plan = pick(PLANS, random)
      break
    case 2:
      details.lastOrder = dayOf(FIRST_DAY, 60 * 86_400_000, random)
      break
    default:
      details.consent = consentOf(random)
  }
}

function phoneOf([, , prefix, length]: (typeof PLACES)[number], random: SeededRandom): string {
  return prefix + digits(length, random)
}

function consentOf(random: SeededRandom): string {
  return `terms=20${20 + random.below(7)};news=${random.happens(0.4)}`
}

/** What Cognito notes of a provider's user: JSON in the text of an attribute. */
function identities(userId: string, dateCreated: number): string {
  return JSON.stringify(
    `[{"userId":"${userId}","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":${dateCreated}}]`,
  )
}

function pick<T>(items: readonly T[], random: SeededRandom): T {
  return items[random.below(items.length)] as T
}

function digits(length: number, random: SeededRandom): string {
  let text = ''
  while (text.length < length) text += threeDigits(random.below(1_000))
  return text.slice(0, length)
}

function dayOf(from: number, span: number, random: SeededRandom): string {
  return dateOf(from + random.fraction() * span)
}
