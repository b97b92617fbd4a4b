import type { GetSigningCertificateRequest } from '@aws-sdk/client-cognito-identity-provider'
import { createHash } from 'node:crypto'
import { poolOf } from '../account.js'
import type { Operation, Operations } from './operation.js'

const YEAR = 365 * 24 * 3_600_000

/** A value of the pool's own that changes every year; it stands for a certificate and cannot be parsed as one. */
const getSigningCertificate: Operation<GetSigningCertificateRequest> = (request, account) => {
  const pool = poolOf(account, request.UserPoolId)
  const age = Math.floor((account.clock.now() - pool.createdAt) / YEAR)
  const digest = createHash('sha512').update(`signing certificate ${age} of ${pool.arn}`)
  return { Certificate: digest.digest('base64') }
}

/** The operation that shows what a pool signs SAML requests with. */
export const signingCertificateOperations: Operations = { GetSigningCertificate: getSigningCertificate }
