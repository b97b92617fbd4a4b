import type { Clock, CognitoApi } from 'cognito-vault'
import { deleteMade, findLeftOvers, type Made } from './left-overs.js'
import { deletionText, EXIT, madeText } from './report.js'
import { type Deletion, whyOf } from './scratch.js'

export interface CleanUp {
  readonly api: CognitoApi
  readonly clock: Clock
  readonly json: boolean
  readonly mayGoOn: () => Promise<boolean>
}

/** Deletes what runs have left, when it has been shown. What has the name and not the tag is named, and left. */
export async function cleanUp(
  { api, clock, json, mayGoOn }: CleanUp,
  { stdout, stderr }: { readonly stdout: NodeJS.WritableStream; readonly stderr: NodeJS.WritableStream },
): Promise<number> {
  const call: CognitoApi['call'] = (operation, input) => api.call(operation, input)
  const found = await findLeftOvers(call)
  const toDelete = found.filter(({ isTagged }) => isTagged)
  const left: (Made & { why: string })[] = found
    .filter(({ isTagged }) => !isTagged)
    .map(({ kind, id, name }) => ({
      kind,
      id,
      name,
      why: 'it has the name and not the tag; delete it by hand',
    }))
  for (const one of toDelete) stderr.write(`To be deleted: ${madeText(one)}\n`)
  if (toDelete.length > 0 && !(await mayGoOn())) {
    stderr.write('Nothing was deleted: not confirmed. On a terminal it is asked; elsewhere give --yes.\n')
    return EXIT.usage
  }
  const deleted: Made[] = []
  for (const { kind, id, name } of toDelete) {
    try {
      await deleteMade(call, clock, { kind, id, name })
      deleted.push({ kind, id, name })
    } catch (error) {
      left.push({ kind, id, name, why: whyOf(error) })
    }
  }
  const deletion: Deletion = { deleted, left }
  if (json) stdout.write(`${JSON.stringify(deletion, null, 2)}\n`)
  else stdout.write(found.length === 0 ? 'Nothing was left by any run.\n' : deletionText(deletion))
  return left.length === 0 ? EXIT.asAssumed : EXIT.failed
}
