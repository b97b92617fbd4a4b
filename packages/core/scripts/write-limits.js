// Writes docs/limits.md from the notes of the fidelity report: npm run limits
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { limitsPage } from '../dist/restore/limits-page.js'

const path = fileURLToPath(new URL('../../../docs/limits.md', import.meta.url))
await writeFile(path, await format(limitsPage(), { ...(await resolveConfig(path)), filepath: path }))
