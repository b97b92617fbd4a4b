import type { ListUserImportJobsRequest } from '@aws-sdk/client-cognito-identity-provider'
import { poolOf } from '../account.js'
import type { Operation, Operations } from './operation.js'

const listUserImportJobs: Operation<ListUserImportJobsRequest> = (request, account) => {
  poolOf(account, request.UserPoolId)
  return { UserImportJobs: [] }
}

/** Lists of what no pool has here, since the operations that would make one are not simulated. */
export const absentResourceOperations: Operations = {
  ListUserImportJobs: listUserImportJobs,
}
