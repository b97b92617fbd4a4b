import type { Command } from 'commander'
import { type FidelityReport, report, REPORT_LIMITS, type ReportLimit } from '../../actions/report.js'
import { CodedError } from '../../model/errors.js'
import { firstOf } from '../../model/first-of.js'
import type { FidelityLine } from '../../restore/fidelity-line.js'
import { journalOption } from '../journal.js'
import { reportEnding, reportHeading, reportLineText } from '../render-report.js'
import { writeAll } from '../write-all.js'
import type { CommandResult, CommandRun, Perform } from './command.js'

interface ReportFlags {
  readonly only?: string
  readonly format: string
}

export function addReport(program: Command, perform: Perform): void {
  program
    .command('report')
    .description('say user by user what a restore brought back, what was lost, and what to do')
    .argument('<run>', 'the id of the run; of one that has not ended, what its plan foresees')
    .option('--only <what>', REPORT_LIMITS.join(', '))
    .option('--format <format>', 'text, or ndjson: one line a user or resource', 'text')
    .addOption(journalOption())
    .action(async (runId: string, { only, format }: ReportFlags, command: Command) => {
      await perform(command, async (run) => {
        if (only !== undefined && !isLimit(only))
          throw usage('--only', only, `one of ${REPORT_LIMITS.join(', ')}`)
        if (!['text', 'ndjson'].includes(format)) throw usage('--format', format, 'text or ndjson')
        const found = await report(run.vault(), runId, { only })
        if (run.globals.json) return documentOf(found)
        await writeAll(
          run.io.stdout,
          format === 'ndjson' ? ndjson(found.lines) : text(found, run),
          run.io.signal,
        )
        return { document: {}, text: '' }
      })
    })
}

function isLimit(only: string): only is ReportLimit {
  return REPORT_LIMITS.some((limit) => limit === only)
}

function usage(option: string, value: string, hint: string): CodedError {
  return new CodedError('USAGE', `${option} does not know ${JSON.stringify(value)}`, {
    value,
    hint: `give ${hint}`,
  })
}

/** One document must not grow with the pool: of the lines it has the first; all are had with --format ndjson. */
async function documentOf({ header, foreseen, lines }: FidelityReport): Promise<CommandResult> {
  const listed = firstOf<FidelityLine>()
  for await (const line of lines) listed.add(line)
  const document = {
    runId: header.runId,
    foreseen,
    lines: listed.items,
    lineCount: listed.total,
    linesCut: listed.isCut,
    unchanged: header.unchanged,
  }
  return { document, text: '' }
}

async function* ndjson(lines: AsyncIterable<FidelityLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

async function* text(found: FidelityReport, { columns }: CommandRun): AsyncGenerator<string> {
  yield reportHeading(found)
  let shown = 0
  for await (const line of found.lines) {
    shown++
    yield reportLineText(line, columns)
  }
  yield reportEnding(shown, found)
}
