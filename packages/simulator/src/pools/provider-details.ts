import { invalidParameter } from '../service-error.js'

type Details = Readonly<Record<string, string>>

/** What ProviderDetails must have, by type of provider; of a group of keys, one is enough. */
const requiredKeys: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Google: [['client_id'], ['client_secret'], ['authorize_scopes']],
  Facebook: [['client_id'], ['client_secret'], ['authorize_scopes']],
  LoginWithAmazon: [['client_id'], ['client_secret'], ['authorize_scopes']],
  SignInWithApple: [['client_id'], ['team_id'], ['key_id'], ['private_key'], ['authorize_scopes']],
  OIDC: [['client_id'], ['attributes_request_method'], ['oidc_issuer'], ['authorize_scopes']],
  SAML: [['MetadataURL', 'MetadataFile']],
}

/** What the service adds on its own. Writing these back has no effect. */
const derivedDetails: Readonly<Record<string, (details: Details, userPoolId: string) => Details>> = {
  Google: () => ({
    attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
    attributes_url_add_attributes: 'true',
    authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
    oidc_issuer: 'https://accounts.google.com',
    token_request_method: 'POST',
    token_url: 'https://www.googleapis.com/oauth2/v4/token',
  }),
  Facebook: ({ api_version: version = 'v17.0' }) => ({
    attributes_url: `https://graph.facebook.com/${version}/me?fields=`,
    attributes_url_add_attributes: 'true',
    authorize_url: `https://www.facebook.com/${version}/dialog/oauth`,
    token_request_method: 'GET',
    token_url: `https://graph.facebook.com/${version}/oauth/access_token`,
  }),
  LoginWithAmazon: () => ({
    attributes_url: 'https://api.amazon.com/user/profile',
    attributes_url_add_attributes: 'false',
    authorize_url: 'https://www.amazon.com/ap/oa',
    token_request_method: 'POST',
    token_url: 'https://api.amazon.com/auth/o2/token',
  }),
  SignInWithApple: () => ({
    attributes_url_add_attributes: 'false',
    authorize_url: 'https://appleid.apple.com/auth/authorize',
    oidc_issuer: 'https://appleid.apple.com',
    token_request_method: 'POST',
    token_url: 'https://appleid.apple.com/auth/token',
  }),
  OIDC: () => ({ attributes_url_add_attributes: 'false' }),
  SAML: (_details, userPoolId) => ({
    ActiveEncryptionCertificate: Buffer.from(`encryption certificate of ${userPoolId}`).toString('base64'),
    SSORedirectBindingURI: 'https://idp.example.com/saml2/sso',
    SLORedirectBindingURI: 'https://idp.example.com/saml2/slo',
  }),
}

/** Never given back once stored. */
const HIDDEN = 'private_key'

/** Refuses details that lack what the type of provider needs. */
export function checkProviderDetails(type: string, details: Details): void {
  for (const keys of requiredKeys[type] ?? []) {
    if (!keys.some((key) => details[key] !== undefined && details[key] !== '')) {
      throw invalidParameter(`Provider details of type ${type} must contain ${keys.join(' or ')}.`)
    }
  }
}

/** Details as the service shows them. */
export function shownProviderDetails(
  type: string,
  details: Details,
  userPoolId: string,
): Record<string, string> {
  const shown = { ...details, ...derivedDetails[type]?.(details, userPoolId) }
  return Object.fromEntries(Object.entries(shown).filter(([key]) => key !== HIDDEN))
}
