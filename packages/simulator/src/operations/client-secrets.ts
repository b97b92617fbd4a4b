import type {
  AddUserPoolClientSecretRequest,
  DeleteUserPoolClientSecretRequest,
  ListUserPoolClientSecretsRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { epochSeconds } from '../clock.js'
import { clientOf, createSecret } from '../pools/clients.js'
import { invalidParameter, notFound, ServiceError } from '../service-error.js'
import type { Operation, Operations } from './operation.js'

const SECRETS_LIMIT = 2

const addUserPoolClientSecret: Operation<AddUserPoolClientSecretRequest> = (request, account) => {
  const client = clientOf(poolOf(account, request.UserPoolId), request.ClientId)
  if (client.secrets.length === 0) throw invalidParameter('The client was created without a secret.')
  if (client.secrets.length >= SECRETS_LIMIT) {
    throw new ServiceError('LimitExceededException', `A client can have at most ${SECRETS_LIMIT} secrets.`)
  }
  const secret = createSecret(account, client.id, request.ClientSecret, client.secrets)
  client.secrets = [...client.secrets, secret]
  return {
    ClientSecretDescriptor: {
      ClientSecretId: secret.id,
      // A value that the caller knows already is not repeated.
      ...(request.ClientSecret === undefined ? { ClientSecretValue: secret.value } : {}),
      ClientSecretCreateDate: epochSeconds(secret.createdAt),
    },
  }
}

const listUserPoolClientSecrets: Operation<ListUserPoolClientSecretsRequest> = (request, account) => {
  const client = clientOf(poolOf(account, request.UserPoolId), request.ClientId)
  return {
    ClientSecrets: client.secrets.map(({ id, createdAt }) => ({
      ClientSecretId: id,
      ClientSecretCreateDate: epochSeconds(createdAt),
    })),
  }
}

const deleteUserPoolClientSecret: Operation<DeleteUserPoolClientSecretRequest> = (request, account) => {
  const client = clientOf(poolOf(account, request.UserPoolId), request.ClientId)
  const rest = client.secrets.filter(({ id }) => id !== request.ClientSecretId)
  if (rest.length === client.secrets.length) throw notFound('Client secret does not exist.')
  if (rest.length === 0) throw invalidParameter('The only secret of a client cannot be deleted.')
  client.secrets = rest
  return {}
}

/** Operations on the secrets of a client beyond the one that it is created with. */
export const clientSecretOperations: Operations = {
  AddUserPoolClientSecret: addUserPoolClientSecret,
  ListUserPoolClientSecrets: listUserPoolClientSecrets,
  DeleteUserPoolClientSecret: deleteUserPoolClientSecret,
}
