/** How often it is looked at, as the schedule of the stack has it. */
const CHECK_SECONDS = 3_600
/** How often it is told again. */
const AGAIN_SECONDS = 86_400

/** Whether people are to be told that a snapshot is too old: when it has become so since the last look, and once a day then. */
export function isTimeToTell(ageSeconds: number, mostSeconds: number): boolean {
  const late = ageSeconds - mostSeconds
  return late > 0 && late % AGAIN_SECONDS < CHECK_SECONDS
}
