import { canonicalBody, text } from '../canonical-body.js'
import { recordedKind } from './recorded-kind.js'

/** What a pool signs SAML requests with: GetSigningCertificate. It is the pool's own, and renewed by the service. */
export const signingCertificateKind = recordedKind({
  kind: 'signing-certificate',
  plural: 'signingCertificates',
  async *read({ api, pool }) {
    yield { name: '', body: await api.call('GetSigningCertificate', { UserPoolId: text(pool, 'Id') }) }
  },
  normalise: canonicalBody,
  settable: () => ({}),
})
