import type {
  CreateManagedLoginBrandingRequest,
  DeleteManagedLoginBrandingRequest,
  DescribeManagedLoginBrandingByClientRequest,
  DescribeManagedLoginBrandingRequest,
  UpdateManagedLoginBrandingRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import { mergeWithDefaults } from '../pools/branding-defaults.js'
import { createDocument, documentOf, rewriteDocument } from '../pools/client-documents.js'
import { clientOf } from '../pools/clients.js'
import { datesOf, type ClientDocument, type Pool } from '../pools/pool.js'
import { invalidParameter, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const WHAT = 'Branding'
const NOT_BODY = ['UserPoolId', 'ClientId', 'ManagedLoginBrandingId']
const REQUEST_LIMIT = 2 * 1024 * 1024

function bodyOf(request: CreateManagedLoginBrandingRequest | UpdateManagedLoginBrandingRequest): JsonObject {
  if (request.UseCognitoProvidedValues === true && (request.Settings ?? request.Assets) !== undefined) {
    throw invalidParameter('Settings and Assets cannot be given with UseCognitoProvidedValues.')
  }
  if (JSON.stringify(request).length > REQUEST_LIMIT) {
    throw invalidParameter('The request is larger than 2 MB.')
  }
  return { UseCognitoProvidedValues: false, ...copyJson(omit(request as unknown as JsonObject, NOT_BODY)) }
}

/** An image stands for one purpose in one colour mode. */
function placeOf(asset: JsonObject): string {
  return JSON.stringify([asset.Category, asset.ColorMode, asset.ResourceId])
}

/** What an update leaves out is kept, images too, unless the style goes back to the provided values. */
function updated(before: JsonObject, change: JsonObject): JsonObject {
  if (change.UseCognitoProvidedValues === true) return change
  const { Assets, ...rest } = { ...before, ...change }
  const images = new Map<string, JsonObject>()
  for (const { Assets: list = [] } of [before, change]) {
    for (const asset of list as JsonObject[]) images.set(placeOf(asset), asset)
  }
  return Assets === undefined ? rest : { ...rest, Assets: [...images.values()] }
}

function styleOfClient(pool: Pool, clientId: string): ClientDocument | undefined {
  return [...pool.brandings.values()].find((style) => style.clientId === clientId)
}

function shown(pool: Pool, style: ClientDocument, merged = false): JsonObject {
  return {
    ManagedLoginBranding: {
      ManagedLoginBrandingId: style.id,
      UserPoolId: pool.id,
      ...(merged ? mergeWithDefaults(style.body) : copyJson(style.body)),
      ...datesOf(style),
    },
  }
}

const createManagedLoginBranding: Operation<CreateManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const client = clientOf(pool, request.ClientId)
  if (styleOfClient(pool, client.id) !== undefined) {
    throw new ServiceError('ManagedLoginBrandingExistsException', 'The client has a branding style already.')
  }
  const style = createDocument(account, client.id, bodyOf(request))
  pool.brandings.set(style.id, style)
  return shown(pool, style)
}

const updateManagedLoginBranding: Operation<UpdateManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const style = documentOf(pool.brandings, request.ManagedLoginBrandingId, WHAT)
  rewriteDocument(account, style, updated(style.body, bodyOf(request)))
  return shown(pool, style)
}

const describeManagedLoginBranding: Operation<DescribeManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const style = documentOf(pool.brandings, request.ManagedLoginBrandingId, WHAT)
  return shown(pool, style, request.ReturnMergedResources)
}

const describeManagedLoginBrandingByClient: Operation<DescribeManagedLoginBrandingByClientRequest> = (
  request,
  account,
) => {
  const pool = poolOf(account, request.UserPoolId)
  const id = styleOfClient(pool, clientOf(pool, request.ClientId).id)?.id
  return shown(pool, documentOf(pool.brandings, id, WHAT), request.ReturnMergedResources)
}

const deleteManagedLoginBranding: Operation<DeleteManagedLoginBrandingRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  pool.brandings.delete(documentOf(pool.brandings, request.ManagedLoginBrandingId, WHAT).id)
  return undefined
}

/** Operations on the branding styles of managed login, of which a client has one. */
export const managedLoginBrandingOperations: Operations = {
  CreateManagedLoginBranding: createManagedLoginBranding,
  UpdateManagedLoginBranding: updateManagedLoginBranding,
  DescribeManagedLoginBranding: describeManagedLoginBranding,
  DescribeManagedLoginBrandingByClient: describeManagedLoginBrandingByClient,
  DeleteManagedLoginBranding: deleteManagedLoginBranding,
}
