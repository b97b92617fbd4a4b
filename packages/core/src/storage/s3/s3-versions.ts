import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3'
import { checkKey, checkPrefix, isObjectKey } from '../object-key.js'
import type { ObjectVersion, Versions } from '../object-store.js'
import { endless, objectInfo, type S3Call, type S3Place } from './s3-place.js'
import { readObject } from './s3-read.js'

/** Old versions and delete markers. A bucket that never had versioning has of each object the current version only. */
export function createS3Versions(client: S3Client, place: S3Place, call: S3Call): Versions {
  const { bucket, prefix } = place

  async function* list(from: string): AsyncGenerator<ObjectVersion> {
    checkPrefix(from)
    let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}
    // What a page has of its last key waits: the next page may go on with the same key.
    let waiting: ObjectVersion[] = []
    while (marker !== undefined) {
      const at: object = marker
      const page = await call('ListObjectVersions', from, () =>
        client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix + from, ...at })),
      )
      const versions = (page.Versions ?? []).map((version) => ({ ...version, isDeletion: false }))
      const deletions = (page.DeleteMarkers ?? []).map((version) => ({
        ...version,
        Size: 0,
        isDeletion: true,
      }))
      const found = [...versions, ...deletions].flatMap((version) => {
        const key = (version.Key ?? '').slice(prefix.length)
        if (!isObjectKey(key)) return []
        const info = objectInfo(key, version.Size, version.LastModified)
        const { VersionId = 'null', IsLatest = false, isDeletion } = version
        return [{ ...info, version: VersionId, isCurrent: IsLatest, isDeletion }]
      })
      const all = [...waiting, ...found].sort(byKeyNewestFirst)
      const isMore: boolean = page.IsTruncated === true
      if (isMore && page.NextKeyMarker === undefined) throw endless(from)
      const lastKey = all.at(-1)?.key
      waiting = isMore ? all.filter(({ key }) => key === lastKey) : []
      yield* all.slice(0, all.length - waiting.length)
      marker = isMore
        ? {
            ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
            ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
          }
        : undefined
    }
  }

  async function get(key: string, version: string): Promise<Uint8Array | undefined> {
    checkKey(key)
    return call('GetObjectVersion', key, () => readObject(client, place, key, version))
  }

  return { list, get }
}

/** S3 lists versions and deletions of a page apart; the order of those of the same second is not known but for the current one. */
function byKeyNewestFirst(one: ObjectVersion, other: ObjectVersion): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1
  if (one.isCurrent !== other.isCurrent) return one.isCurrent ? -1 : 1
  return other.lastModified - one.lastModified
}
