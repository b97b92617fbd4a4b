/** What became of a user or a resource: as it was, otherwise than it was, or not there. */
export type Outcome = 'exact' | 'transformed' | 'lost'

export interface NoteText {
  readonly outcome: Outcome
  /** What is not as it was, and why. */
  readonly what: string
  /** What to do about it. */
  readonly todo: string
}

/** Everything that a fidelity report can say. The report and the documents take their words from here. */
export const NOTES = {
  'new-account': {
    outcome: 'transformed',
    what: 'made anew: the sub and the creation date are new, because Cognito lets nobody choose them',
    todo: 'replace the old sub by the new one wherever it is stored; the identity map has both',
  },
  'new-username': {
    outcome: 'transformed',
    what: 'the username is new, because in a pool that signs in by email or phone Cognito makes it',
    todo: 'replace the old username wherever it is stored; the identity map has both',
  },
  'sub-kept': {
    outcome: 'transformed',
    what: 'carries the old sub in the attribute that --keep-sub named, which the snapshot does not have',
    todo: 'let the token say it: the pre-token-generation handler of this package adds it as a claim',
  },
  'older-sub-kept': {
    outcome: 'transformed',
    what: 'carried a sub from before an earlier restore in the attribute that --keep-sub named; that one was kept, as it is the original',
    todo: 'none: the sub that was in between is in the identity map',
  },
  'comes-by-migration': {
    outcome: 'lost',
    what: 'is not there yet: comes from the old pool at the first sign-in there with the password, as the user is there then and not as in the snapshot',
    todo: 'keep the old pool until everybody has come; then restore once more without --passwords migrate-from, for the others',
  },
  'groups-after-migration': {
    outcome: 'lost',
    what: 'is in no group, because only who is there can be put into one',
    todo: 'when the user has come: cognito-vault restore SNAPSHOT --to-pool POOL --passwords migrate-from OLD_POOL puts everybody who has come into their groups',
  },
  'migration-function-set': {
    outcome: 'transformed',
    what: 'has a UserMigration trigger that the snapshot does not have, as --migration-function said',
    todo: 'when everybody has come, take it away: a pool needs no such trigger',
  },
  'migration-function-missing': {
    outcome: 'lost',
    what: 'has no UserMigration trigger, and without it nobody comes from the old pool',
    todo: 'deploy cognito-vault/lambda/user-migration, and set it in the console or by aws cognito-idp update-user-pool with all other settings in the same call',
  },
  'migration-needs-password-flow': {
    outcome: 'transformed',
    what: 'takes no flow in which Cognito sees a password, so nobody can come from the old pool through it; SRP never sends one',
    todo: 'allow ALLOW_USER_PASSWORD_AUTH, and let the application use it until everybody has come',
  },
  'attribute-added': {
    outcome: 'transformed',
    what: 'the schema has the attribute that keeps old subs, which the snapshot does not have',
    todo: 'none: it was asked for, and no attribute can be removed again',
  },
  'other-sub': {
    outcome: 'transformed',
    what: 'is in the target under another sub, because Cognito lets nobody choose it',
    todo: 'replace the old sub by the one of the target wherever it is stored; the identity map has both',
  },
  'password-unknown': {
    outcome: 'transformed',
    what: 'the password is not the one it was, because Cognito never gives a password or its hash',
    todo: 'the user chooses "forgot password", unless said to be locked out; nobody was written to',
  },
  'temporary-password-unknown': {
    outcome: 'transformed',
    what: 'has to change a temporary password that nobody knows',
    todo: 'set a new temporary password: aws cognito-idp admin-set-user-password --no-permanent, and hand it over',
  },
  'reset-required-became-confirmed': {
    outcome: 'transformed',
    what: 'was RESET_REQUIRED and is CONFIRMED with a password that nobody knows, because a reset by the API writes to the user',
    todo: 'none: the way in is the same, "forgot password"',
  },
  'reset-required-by-import': {
    outcome: 'transformed',
    what: 'was made by an import and is RESET_REQUIRED, because Cognito never gives a password or its hash',
    todo: 'the user chooses "forgot password", unless said to be locked out; nobody was written to',
  },
  'temporary-password-became-reset': {
    outcome: 'transformed',
    what: 'had to change a temporary password that nobody knows; was made by an import, is RESET_REQUIRED and so has a way in',
    todo: 'the user chooses "forgot password", unless said to be locked out; nobody was written to',
  },
  'imported-without-password': {
    outcome: 'transformed',
    what: 'was made by an import, and is CONFIRMED without a password, because the pool takes one-time codes',
    todo: 'none: the user signs in with a code, or chooses "forgot password"',
  },
  'import-refused': {
    outcome: 'transformed',
    what: 'an import job did not take the user and says why only in its log in CloudWatch (/aws/cognito/userpools/…); an API call was made instead',
    todo: 'none where that succeeded; else see what it failed with',
  },
  'import-not-had': {
    outcome: 'transformed',
    what: 'was to be made by an import job, and was made by an API call, because there could be no job or the pool’s file had no column for an attribute',
    todo: 'none: the user became monthly active by it',
  },
  'password-from-hash': {
    outcome: 'transformed',
    what: 'has the password whose hash was given; the first sign-in with it cannot use SRP',
    todo: 'allow USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH for the first sign-in',
  },
  'hash-unused': {
    outcome: 'transformed',
    what: 'a hash of the password was given, which only an import could use, and the user was made by an API call',
    todo: 'the user chooses "forgot password"; nobody was written to',
  },
  'no-way-in': {
    outcome: 'transformed',
    what: 'has no verified email or phone number, so "forgot password" cannot reach the user, who is locked out',
    todo: 'set a password as an administrator and hand it over',
  },
  'recovery-by-administrator': {
    outcome: 'transformed',
    what: 'has a password that nobody knows, in a pool in which only an administrator recovers accounts, and is locked out',
    todo: 'set a password as an administrator and hand it over, or let the pool recover accounts by verified_email',
  },
  'recovery-by-other-address': {
    outcome: 'transformed',
    what: 'has a verified address, but not of the kind that the pool recovers accounts by, and is locked out',
    todo: 'set a password as an administrator and hand it over, or let the pool recover accounts by the other address too',
  },
  'recovery-by-second-factor': {
    outcome: 'transformed',
    what: 'the only address that "forgot password" could write to gets the codes of the second factor, and Cognito never writes both to one address, so that the user is locked out',
    todo: 'set a password as an administrator and hand it over',
  },
  'mfa-not-known': {
    outcome: 'transformed',
    what: 'none of these factors is on now; which the user had is in no listing, and the snapshot was taken without --mfa capture, which costs money',
    todo: 'the user enrols again; SMS and email codes an administrator turns on: aws cognito-idp admin-set-user-mfa-preference',
  },
  'mfa-enrol-again': {
    outcome: 'lost',
    what: 'had a second factor or a passkey that only the user can set up again: an authenticator app (SOFTWARE_TOKEN_MFA), a passkey (WEB_AUTHN); no sign-in asks for it until then',
    todo: 'the user enrols again; until then codes by SMS or email are asked for where they are on, and where MFA is required and none is, the first sign-in leads to it',
  },
  'mfa-factor-missing': {
    outcome: 'lost',
    what: 'had codes by SMS or email as a second factor, which the MFA settings of the pool do not have on',
    todo: 'turn the factor on: aws cognito-idp set-user-pool-mfa-config, then for the user: aws cognito-idp admin-set-user-mfa-preference',
  },
  'mfa-without-address': {
    outcome: 'lost',
    what: 'had codes by SMS or email as a second factor, and has no number or address that they could go to',
    todo: 'give the user one, then: aws cognito-idp admin-set-user-mfa-preference',
  },
  'mfa-left': {
    outcome: 'transformed',
    what: 'has a second factor or a passkey that the snapshot does not have; left',
    todo: 'codes by SMS or email: use --delete-extra; else aws cognito-idp admin-set-user-mfa-preference turns an authenticator app off, and only the user removes a passkey',
  },
  'unconfirmed-user': {
    outcome: 'lost',
    what: 'was UNCONFIRMED, a state that only signing up gives',
    todo: 'the user signs up again',
  },
  'federated-user': {
    outcome: 'lost',
    what: 'came from an identity provider, and only a sign-in through it makes such a user',
    todo: 'the user signs in again; then put back the groups that the snapshot shows for the user',
  },
  'unknown-status': {
    outcome: 'lost',
    what: 'was in a state that no operation gives',
    todo: 'look at the user: cognito-vault show SNAPSHOT --user SUB',
  },
  'no-login': {
    outcome: 'lost',
    what: 'has neither the email nor the phone number that this pool signs in with',
    todo: 'look at the user: cognito-vault show SNAPSHOT --user SUB',
  },
  'link-provider-missing': {
    outcome: 'transformed',
    what: 'was linked to identities of providers that the target does not have; these do not sign in as the user',
    todo: 'make the provider, then link them again: aws cognito-idp admin-link-provider-for-user, with the userId in the attribute identities that cognito-vault show SNAPSHOT --user SUB prints',
  },
  'link-taken': {
    outcome: 'lost',
    what: 'an identity that signed in as the user has a user of its own by now, or signs in as another; it was left to them',
    todo: 'find out whose it is: aws cognito-idp list-users; where that user is not wanted, delete it, then restore again in place or into the same pool',
  },
  'link-left': {
    outcome: 'transformed',
    what: 'is linked to identities to which the snapshot does not link the user; they still sign in as the user',
    todo: 'restore again with --delete-extra to end the links',
  },
  'status-left': {
    outcome: 'transformed',
    what: 'is in another state than in the snapshot, and no silent operation changes it back',
    todo: 'compare: cognito-vault diff SNAPSHOT live',
  },
  'address-held': {
    outcome: 'lost',
    what: 'an address of the snapshot belongs to somebody else now, and no two users can have it; all else was written',
    todo: 'find out whose it is: aws cognito-idp list-users --filter, then restore the user again if it is free',
  },
  'address-released': {
    outcome: 'lost',
    what: 'had the address of another user, who has it back; the own one belongs to somebody else now, so that a placeholder is left',
    todo: 'give the user an address: aws cognito-idp admin-update-user-attributes, with its _verified in the same call',
  },
  'attribute-left': {
    outcome: 'transformed',
    what: 'has attributes that the snapshot does not have; they were left',
    todo: 'restore again with --delete-extra to remove them',
  },
  'attribute-immutable': {
    outcome: 'transformed',
    what: 'an attribute differs that can only be written when a user is made',
    todo: 'none through the API',
  },
  'group-left': {
    outcome: 'transformed',
    what: 'is in groups in which the snapshot does not have the user; left there',
    todo: 'restore again with --delete-extra to take the user out',
  },
  'group-unknown': {
    outcome: 'transformed',
    what: 'was in a group that the target does not have, and that this restore does not make',
    todo: 'make the group and restore again in place',
  },
  'left-as-it-is': {
    outcome: 'transformed',
    what: 'is in the target already and differs; an existing pool is only added to',
    todo: 'use --in-place to put it back, if the target is the pool of the snapshot',
  },
  'not-made-again': {
    outcome: 'lost',
    what: 'is not there, and making it again would widen access, which --no-widening leaves out',
    todo: 'restore again without --no-widening',
  },
  'other-person': {
    outcome: 'lost',
    what: 'somebody in the target has the name or address, but is not known to be the same person: unconfirmed, unverified, or with another address; left as they are',
    todo: 'compare the two; put the user of the target into the groups by hand if they are one',
  },
  'field-left': {
    outcome: 'transformed',
    what: 'differs in what no operation of a restore writes',
    todo: 'compare: cognito-vault diff SNAPSHOT live',
  },
  'widening-left-out': {
    outcome: 'transformed',
    what: 'would have widened access, and --no-widening was given',
    todo: 'restore again without --no-widening',
  },
  'beyond-scope': {
    outcome: 'transformed',
    what: 'differs also in what the restore was limited not to write; left',
    todo: 'restore the user without the limit, if that is wanted as well',
  },
  'member-not-there': {
    outcome: 'lost',
    what: 'was in the group and is not in the target any more; the restore was limited to groups',
    todo: 'make the user again: cognito-vault restore SNAPSHOT --in-place --users SUB',
  },
  'deletion-not-dated': {
    outcome: 'lost',
    what: 'is not in the target, and Cognito does not say when anything was deleted, so it is not known whether it was then',
    todo: 'if it was: cognito-vault restore SNAPSHOT --in-place --users SUB, or --only-deleted',
  },
  'changed-since-run': {
    outcome: 'transformed',
    what: 'was changed again since the run that is taken back; left as it is now',
    todo: 'look at it: cognito-vault diff SNAPSHOT live, and change by hand what is wanted',
  },
  'new-client-id': {
    outcome: 'transformed',
    what: 'the client id is new, because Cognito lets nobody choose it',
    todo: 'put the new id into the application; the identity map has both',
  },
  'client-secret-new': {
    outcome: 'transformed',
    what: 'the secret is new, because the old one does not have a form that can be set',
    todo: 'put the new secret into the application',
  },
  'client-secret-left': {
    outcome: 'transformed',
    what: 'the secret is not the one of the snapshot, and an update cannot change it',
    todo: 'add the old one: aws cognito-idp add-user-pool-client-secret, if the application still uses it',
  },
  'client-secret-not-kept': {
    outcome: 'lost',
    what: 'the endpoint did not take the secret that it was given',
    todo: 'put the secret that the client has now into the application',
  },
  'new-pool-id': {
    outcome: 'transformed',
    what: 'the pool id and the issuer are not those of the snapshot, because Cognito lets nobody choose them',
    todo: 'put the new pool id into every application and every verifier of tokens',
  },
  'setting-left': {
    outcome: 'transformed',
    what: 'settings differ that a live pool is never given by a restore',
    todo: 'compare: cognito-vault diff SNAPSHOT live, and change what is wanted by hand',
  },
  'setting-kept': {
    outcome: 'transformed',
    what: 'has settings that the snapshot does not have, and an update does not take them away',
    todo: 'remove them by hand if they are not wanted: make the resource again without them',
  },
  'provider-left-out': {
    outcome: 'transformed',
    what: 'an identity provider that cannot be made was left out of its list',
    todo: 'make the provider, then add it: aws cognito-idp update-user-pool-client',
  },
  'tags-left': {
    outcome: 'transformed',
    what: 'the pool has tags that the snapshot does not have; they were left',
    todo: 'remove them by hand if they are not wanted: aws cognito-idp untag-resource',
  },
  'domain-held': {
    outcome: 'lost',
    what: 'the domain belongs to another pool, and a domain is unique in its Region',
    todo: 'delete it there, or choose another; then: aws cognito-idp create-user-pool-domain',
  },
  'custom-domain-dns': {
    outcome: 'transformed',
    what: 'a custom domain gets a new CloudFront target',
    todo: 'change the DNS record to the target that describe-user-pool-domain shows',
  },
  'saml-registration': {
    outcome: 'transformed',
    what: 'a new pool has a new entity id and signing certificate',
    todo: 'register the pool again at the SAML provider',
  },
  'apple-key': {
    outcome: 'lost',
    what: 'the private key of Sign in with Apple is never given by Cognito',
    todo: 'make the provider again with the key: aws cognito-idp create-identity-provider',
  },
  'extra-left': {
    outcome: 'transformed',
    what: 'is not in the snapshot; left',
    todo: 'use --delete-extra to remove it',
  },
  'left-standing': {
    outcome: 'transformed',
    what: 'was to be deleted and was left, because something could not be put back in the same run',
    todo: 'mend what failed, then restore again',
  },
  'newer-left': {
    outcome: 'transformed',
    what: 'came after the snapshot; left',
    todo: 'use --delete-extra --delete-newer to remove it',
  },
  'extra-of-incomplete': {
    outcome: 'transformed',
    what: 'is not in the snapshot, but the snapshot is incomplete; left',
    todo: 'nothing is deleted on the word of an incomplete snapshot',
  },
  'client-not-made': {
    outcome: 'lost',
    what: 'belongs to a client that is not there, because it could not be made or was not read',
    todo: 'mend what kept the client from being made, then restore again into the same pool',
  },
  'not-available': {
    outcome: 'lost',
    what: 'the target lacks the feature, because of its plan or its settings, which a restore does not change there',
    todo: 'turn the feature on in the target, then restore again into the same pool',
  },
  'sessions-not-tracked': {
    outcome: 'lost',
    what: 'a client’s session settings can only be written while the pool tracks sessions, and it does not',
    todo: 'if tracking is turned on: aws cognito-idp set-user-pool-client-session-configuration',
  },
  'style-needs-domain': {
    outcome: 'lost',
    what: 'a style of the classic UI can only be set in a pool that has a domain, and the target will have none',
    todo: 'make a domain: aws cognito-idp create-user-pool-domain, then restore again into the same pool',
  },
  'second-secret-lost': {
    outcome: 'lost',
    what: 'had a second secret, whose value Cognito shows to nobody',
    todo: 'if an application still uses it: aws cognito-idp add-user-pool-client-secret with the value that it has',
  },
  'secret-added': {
    outcome: 'transformed',
    what: 'has a secret more than in the snapshot; left, because an application may use it',
    todo: 'if it is not wanted: aws cognito-idp delete-user-pool-client-secret',
  },
  'replica-not-made': {
    outcome: 'lost',
    what: 'the pool had a replica in this Region, and a restore makes none: email, SMS, triggers and tags are its own there',
    todo: 'make it: aws cognito-idp create-user-pool-replica, then set it up in its Region',
  },
  'signing-certificate-new': {
    outcome: 'transformed',
    what: 'a new pool signs SAML requests with a certificate of its own',
    todo: 'give it to every SAML provider that checks signatures: aws cognito-idp get-signing-certificate',
  },
  'extra-stays': {
    outcome: 'transformed',
    what: 'is not in the snapshot, and a restore has no operation that removes it; left',
    todo: 'remove it by hand if it is not wanted',
  },
  'reference-mapped': {
    outcome: 'transformed',
    what: 'names something else outside the pool than the snapshot does, as --map said',
    todo: 'none: it was asked for',
  },
  'reference-dropped': {
    outcome: 'lost',
    what: 'has settings that name something outside the pool and were not restored, as --drop said',
    todo: 'set them by hand when what they need is there, or restore again with --map in place of --drop',
  },
  'mfa-dropped': {
    outcome: 'lost',
    what: 'the pool asked for a second factor, and asks for none any more: no factor is left without what --drop left out, so that MFA is OFF and a password alone lets people in',
    todo: 'restore again with --map in place of --drop, or give the pool another factor: aws cognito-idp set-user-pool-mfa-config',
  },
  'trigger-permission': {
    outcome: 'transformed',
    what: 'has triggers, and a function lets a pool invoke it only where its own policy names the pool: a new one is not named',
    todo: 'for each function: aws lambda add-permission --action lambda:InvokeFunction --principal cognito-idp.amazonaws.com --statement-id NAME --function-name FUNCTION --source-arn POOL_ARN',
  },
  'identity-pool-id-new': {
    outcome: 'transformed',
    what: 'a new identity pool was made, because Cognito lets nobody choose the id; identity ids are new with it, and what is stored under the old ones (Cognito Sync, S3 prefixes, table keys) is not reached by the new',
    todo: 'put the new id into the applications, and move what is stored under identity ids; the identity map has both ids of the pool. An old identity pool that lives was left as it is',
  },
  'identity-pool-id-other': {
    outcome: 'transformed',
    what: 'is in the target under another identity pool id, because Cognito lets nobody choose it',
    todo: 'put that id into the applications; the identity map has both',
  },
  'identity-pool-elsewhere': {
    outcome: 'lost',
    what: 'the identity pool takes the tokens of another user pool by now, and of this one no more; it was left as it is, because no snapshot of this pool could give it back to the other',
    todo: 'to have it take the tokens of both, add the provider and its roles by hand: aws cognito-identity update-identity-pool, set-identity-pool-roles; to have another made, delete it and restore again',
  },
  'identity-pool-trust': {
    outcome: 'transformed',
    what: 'roles trust an identity pool by its id, and these do not know the new one: nobody gets credentials of them yet',
    todo: 'add the new id to cognito-identity.amazonaws.com:aud in each role’s trust policy: aws iam update-assume-role-policy',
  },
  'identity-pool-client-left-out': {
    outcome: 'transformed',
    what: 'named clients of the pool that the target does not have; left out of the providers and role mappings',
    todo: 'when the clients are there: aws cognito-identity update-identity-pool, set-identity-pool-roles',
  },
  erased: {
    outcome: 'lost',
    what: 'is on the vault’s erasure list: never made again, and nothing of the snapshot is put back',
    todo: 'none: it was asked for',
  },
  'operation-failed': {
    outcome: 'lost',
    what: 'an operation failed',
    todo: 'mend the cause, then restore again in place or into the same pool',
  },
  drifted: {
    outcome: 'lost',
    what: 'was changed by somebody while the restore ran; left as it is now',
    todo: 'look at it, and restore again if the snapshot is still wanted',
  },
  conflict: {
    outcome: 'lost',
    what: 'something else has its name now, which is not known to be this run’s own; left as it is',
    todo: 'look at it; delete or rename it, then restore again',
  },
} as const satisfies Record<string, NoteText>

export type NoteCode = keyof typeof NOTES

/** One thing that the report says of a user or a resource. */
export interface Note {
  readonly code: NoteCode
  /** Which attributes, groups, providers or members; never their values. */
  readonly detail?: string
}

/** The outcome that notes come to: the worst of theirs. */
export function outcomeOf(notes: readonly Note[]): Outcome {
  return notes.map((note): Outcome => NOTES[note.code].outcome).reduce(worse, 'exact')
}

const BY_SERIOUSNESS: readonly Outcome[] = ['exact', 'transformed', 'lost']

/** The worse of two outcomes. */
export function worse(a: Outcome, b: Outcome): Outcome {
  return BY_SERIOUSNESS.indexOf(a) > BY_SERIOUSNESS.indexOf(b) ? a : b
}
