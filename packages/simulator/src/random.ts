/** A source of pseudo-random numbers that is the same for the same seed. */
export interface Random {
  /** An integer of 32 bits, signed. */
  nextInt32(): number
  /** A number in [0, 1). */
  next(): number
  /** A string of `length` characters drawn from `alphabet`. */
  text(length: number, alphabet: string): string
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Finalises 32 bits so that near inputs give far outputs; a bijection, so distinct inputs stay distinct. */
export function mix32(value: number): number {
  let mixed = value | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) | 0
}

/** FNV-1a over UTF-16 code units, finalised: for decisions that depend on a text and not on call order. */
export function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return mix32(hash)
}

/** Makes the source (sfc32). */
export function createRandom(seed: number): Random {
  let a = mix32(seed)
  let b = mix32(seed + 1)
  let c = mix32(seed + 2)
  let counter = 1
  const nextInt32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum
  }
  for (let round = 0; round < 12; round++) nextInt32()
  const next = (): number => (nextInt32() >>> 0) / 0x1_0000_0000
  return {
    nextInt32,
    next,
    text: (length, alphabet) => {
      let result = ''
      for (let index = 0; index < length; index++) {
        result += alphabet.charAt(Math.floor(next() * alphabet.length))
      }
      return result
    },
  }
}

/** The shapes of `sub` that the service is seen to assign. */
export type SubShape = 'random' | 'regional' | 'mixed'

/**
 * A new `sub`: a version 4 UUID; a regional one has every second hex digit of its first group fixed for the
 * Region, so that prefixes longer than one digit do not spread evenly.
 */
export function createSub(random: Random, shape: SubShape, region: string): string {
  const bytes = [random.nextInt32(), random.nextInt32(), random.nextInt32(), random.nextInt32()]
  const byteAt = (index: number): number => ((bytes[index >> 2] ?? 0) >>> ((index & 3) * 8)) & 0xff
  const regional = shape === 'regional' || (shape === 'mixed' && random.next() < 0.5)
  const constants = regional ? hashText(region, 7) : 0
  let sub = ''
  for (let index = 0; index < 16; index++) {
    let byte = byteAt(index)
    if (index === 6) byte = (byte & 0x0f) | 0x40
    else if (index === 8) byte = (byte & 0x3f) | 0x80
    else if (regional && index < 4) byte = (byte & 0xf0) | ((constants >>> (index * 4)) & 0x0f)
    sub += HEX[byte] ?? ''
    if (index === 3 || index === 5 || index === 7 || index === 9) sub += '-'
  }
  return flatten(sub)
}

/**
 * Strings built by concatenation are trees of their parts in V8 until something flattens them; a million of
 * them would cost several times their length.
 */
export function flatten(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
