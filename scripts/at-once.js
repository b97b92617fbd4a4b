// Runs npm scripts at the same time, says what each had to say when all have ended, and fails when one did.
import { spawn } from 'node:child_process'

const run = (name) =>
  new Promise((resolve) => {
    const output = []
    const child = spawn('npm', ['run', '--silent', name], { shell: process.platform === 'win32' })
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.on('error', (error) => resolve({ name, passed: false, text: String(error) }))
    child.on('close', (code) => resolve({ name, passed: code === 0, text: Buffer.concat(output).toString() }))
  })

const results = await Promise.all(process.argv.slice(2).map(run))
for (const { name, passed, text } of results) {
  process.stdout.write(`${name}: ${passed ? 'passed' : 'FAILED'}\n${text}`)
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
