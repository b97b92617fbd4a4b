// Bundles the functions of the stack into dist-lambda/index.mjs, and says how large that is.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = process.argv[2] ?? at('../dist-lambda')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
await build({
  entryPoints: [at('../src/lambda/workflow/index.ts')],
  outfile: `${folder}/index.mjs`,
  bundle: true,
  minify: true,
  // Names of classes are names of errors.
  keepNames: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'linked',
  // Libraries that are CommonJS ask for parts of Node.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
const bytes = readFileSync(`${folder}/index.mjs`)
process.stdout.write(
  `${folder}/index.mjs: ${(bytes.length / 1e6).toFixed(2)} MB, ${(gzipSync(bytes, { level: 9 }).length / 1e6).toFixed(2)} MB compressed\n`,
)
