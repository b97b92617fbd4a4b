import type { Uploads } from './uploads.js'

/**
 * Removes the parts of attempts to put that began before a moment, by DynamoDB's clock, and of which no object came. One that is still under way, after
 * all, is kept from ending first, so that no object can name what is gone.
 *
 * @param uploadOf the upload whose parts an object consists of, if there is one
 * @returns how many attempts were removed
 */
export async function sweepUploads(
  uploads: Uploads,
  before: number,
  uploadOf: (key: string) => Promise<string | undefined>,
): Promise<number> {
  let removed = 0
  for await (const upload of uploads.list()) {
    if (!(upload.begunAt < before) || (await uploadOf(upload.key)) === upload.id) continue
    if (!(await uploads.forbid(upload, true))) continue
    // It may have ended between the look and the prohibition.
    if ((await uploadOf(upload.key)) === upload.id) {
      await uploads.forbid(upload, false)
      continue
    }
    await uploads.remove(upload.key, upload)
    removed++
  }
  return removed
}
