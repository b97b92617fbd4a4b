/** Users a second that the Developer Guide tells of (100,000 in 56 minutes, on older infrastructure). */
const PUBLISHED_SPEED = 31

/** How long jobs take for these many users, before one of them has shown how fast it is. */
export function importSeconds(users: number): number {
  return users / PUBLISHED_SPEED
}
