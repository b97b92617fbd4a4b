import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { NOTES } from './fidelity-notes.js'
import { limitsPage } from './limits-page.js'
import { NOTE_GROUPS } from './note-groups.js'

const path = fileURLToPath(new URL('../../../../docs/limits.md', import.meta.url))

describe('docs/limits.md', () => {
  it('is what the notes of the report say; if not: npm run limits', async () => {
    const written = await format(limitsPage(), { ...(await resolveConfig(path)), filepath: path })
    expect(await readFile(path, 'utf8')).toBe(written)
  })

  it('has every note that a report can have, in one group', () => {
    const grouped = NOTE_GROUPS.flatMap(({ codes }) => codes)
    expect([...grouped].sort()).toEqual(Object.keys(NOTES).sort())
  })

  it.each(Object.entries(NOTES))('says of %s what the report says', async (code, { outcome, what, todo }) => {
    const page = (await readFile(path, 'utf8')).replace(/\\(.)/g, '$1')
    const [row] = page.split('\n').filter((line) => line.startsWith(`| \`${code}\` `))
    const cells = row?.split(' | ').map((text) => text.replace(/^\|| \|$/g, '').trim())
    expect(cells).toEqual([`\`${code}\``, outcome, what, todo])
  })
})
