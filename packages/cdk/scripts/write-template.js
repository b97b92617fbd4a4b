// Writes the plain template, synthesised from the stack: npm run template
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { synthesizeTemplate } = require('../dist/index.js')

const path = join(__dirname, '..', '..', '..', 'template', 'cognito-vault.template.json')
writeFileSync(path, synthesizeTemplate())
