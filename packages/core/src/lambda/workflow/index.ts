/** What the stack deploys: `index.backup`, `index.restore`, `index.drill` and `index.care`. */
export { backup } from './backup.js'
export { care } from './care.js'
export { drill } from './drill.js'
export { restore } from './restore.js'
