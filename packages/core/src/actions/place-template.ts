import { contentKey } from '../deploy/code-key.js'
import type { ChangeSetRequest } from '../deploy/stack-service.js'
import { LONGEST_BODY, type Template } from '../deploy/template.js'
import { CodedError } from '../model/errors.js'
import type { DeployPlace } from './check-deployment.js'
import type { DeployContext } from './deploy-context.js'

interface Placing {
  readonly place: DeployPlace
  readonly template: Template
  readonly dryRun: boolean
}

function isShort({ body }: Template): boolean {
  return Buffer.byteLength(body) <= LONGEST_BODY
}

/**
 * Whether CloudFormation can be shown the template only once there is a bucket to show it from.
 *
 * @throws CodedError `USAGE` of a dry run of an update that would have to make the bucket
 */
export function needsBucket({ place, template, dryRun }: Placing): boolean {
  if (isShort(template) || !place.isBucketNew) return false
  if (place.action === 'create') return true
  if (dryRun)
    throw new CodedError(
      'USAGE',
      `CloudFormation compares so long a template only from S3, and there is no bucket ${place.bucket} yet`,
      {
        value: place.bucket,
        hint: 'the stack was deployed from another bucket: run it without --dry-run, which makes this one and asks before it changes the stack',
      },
    )
  return false
}

/** How CloudFormation gets the template: in the request where it is short enough, else from the code bucket. */
export async function placeTemplate(
  { sink }: Pick<DeployContext, 'sink'>,
  { place, template }: Placing,
): Promise<ChangeSetRequest['template']> {
  if (isShort(template)) return { body: template.body }
  const { bucket } = place
  const { region } = place.service
  const bytes = Buffer.from(template.body)
  const key = contentKey('template', bytes, 'json')
  if (await place.code.ensure(bucket)) sink({ code: 'deploy.bucket', region, bucket })
  await place.code.put(bucket, key, bytes)
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return { url: `https://${bucket}.s3.${region}.${domain}/${key}` }
}
