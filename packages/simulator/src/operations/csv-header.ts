import type { GetCSVHeaderRequest } from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import { csvHeader } from '../imports/csv-header.js'
import type { Operation, Operations } from './operation.js'

const getCSVHeader: Operation<GetCSVHeaderRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  return { UserPoolId: pool.id, CSVHeader: csvHeader(pool) }
}

/** The operation that shows the columns of import files. */
export const csvHeaderOperations: Operations = { GetCSVHeader: getCSVHeader }
