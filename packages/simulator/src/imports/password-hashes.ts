/** A hash's form by algorithm, and the most that each number in it may be. */
const forms: Readonly<Record<string, { readonly form: RegExp; readonly caps: readonly number[] }>> = {
  BCRYPT: { form: /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/u, caps: [12] },
  SCRYPT: { form: /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$[^$]+\$[^$]+$/u, caps: [16, 8, 1] },
  ARGON2ID: { form: /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[^$]+\$[^$]+$/u, caps: [19_456, 2, 1] },
  PBKDF2_SHA256: { form: /^\$pbkdf2-sha256\$(?:i=)?(\d+)\$[^$]+\$[^$]+$/u, caps: [600_000] },
}

/** Whether a password's hash is one that the algorithm makes, at no more than the cost allowed. */
export function isPasswordHash(algorithm: string, hash: string): boolean {
  const { form, caps } = forms[algorithm] ?? {}
  const numbers = form?.exec(hash)?.slice(1)
  return numbers?.every((number, index) => Number(number) <= (caps?.[index] ?? 0)) ?? false
}
