// Before the package is packed: the code of the functions comes along, so that an app needs nothing else.
const { cpSync } = require('node:fs')
const { join } = require('node:path')

const here = join(__dirname, '..')
cpSync(join(here, '..', 'core', 'dist-lambda'), join(here, 'lambda'), { recursive: true })
