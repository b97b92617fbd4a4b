// What the published package carries and the repository has elsewhere: `add` before it is packed, `remove` after.
import { copyFile, mkdir, rm, stat } from 'node:fs/promises'

const root = new URL('../', import.meta.url)
const NAME = 'cognito-vault.template.json'

if (process.argv[2] === 'remove') await rm(new URL('template/', root), { recursive: true, force: true })
else {
  await stat(new URL('dist-lambda/index.mjs', root)).catch(() => {
    throw new Error('dist-lambda/index.mjs is missing: npm run bundle makes it, and deploy needs it')
  })
  await mkdir(new URL('template/', root), { recursive: true })
  await copyFile(new URL(`../../template/${NAME}`, root), new URL(`template/${NAME}`, root))
}
