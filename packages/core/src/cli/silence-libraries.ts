/**
 * Nothing that a library prints may reach the terminal, where it would stand between the lines that people and scripts
 * read. Imported before any library, because some print when they are loaded.
 */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
process.removeAllListeners('warning')
process.on('warning', ignore)
Object.assign(console, {
  debug: ignore,
  error: ignore,
  info: ignore,
  log: ignore,
  trace: ignore,
  warn: ignore,
})

function ignore(): void {
  // What this program has to say it writes itself.
}
