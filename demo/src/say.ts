/** Tells what happens next, apart from what the commands print. */
export function say(text: string): void {
  process.stdout.write(`\n# ${text}\n`)
}
