import { CodedError } from '../model/errors.js'

/** Whose a bucket is: `other` where it is another account's, or may not be looked at, which S3 tells alike. */
export type BucketOwner = 'none' | 'own' | 'other'

/** S3 in one Region, as far as the code of functions is kept there. Every call names the account that has to own the bucket. */
export interface CodeStore {
  readonly region: string
  /** Whether there is such a bucket, and whose it is. One of one's own that is in another Region is an error: `DEPLOY_FAILED`. */
  owner(bucket: string): Promise<BucketOwner>
  /**
   * Makes the bucket where it is not there: encrypted, with versions, closed to the public. One that is there gets what it lacks of that.
   *
   * @returns whether it was made
   * @throws CodedError `BUCKET_NOT_OWN` when another account was faster
   */
  ensure(bucket: string): Promise<boolean>
  /**
   * Puts bytes under the key, unless they are there.
   *
   * @returns whether they were put
   */
  put(bucket: string, key: string, bytes: Uint8Array): Promise<boolean>
}

/** The bucket is not the account's own, or cannot be seen to be. */
export function notOwn(bucket: string): CodedError {
  return new CodedError(
    'BUCKET_NOT_OWN',
    `the bucket ${bucket} is there, and belongs to another account or may not be looked at`,
    {
      value: bucket,
      hint: 'where it is yours, allow s3:ListBucket on it; where it is another account’s, deploy by hand from a bucket of another name: see docs/deploy.md; nothing was created',
    },
  )
}
