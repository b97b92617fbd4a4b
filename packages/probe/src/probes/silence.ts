import { CognitoError } from 'cognito-vault'
import { attributeList, attributesIn, type Json } from '../json.js'
import { nameOf } from '../names.js'
import { no, type Probe, undecided, yes } from '../probe.js'

const LAG_MS = 3_000
const USERNAME = 'silence'
const BY_HAND =
  'to see it by hand: in a pool that sends to a mailbox of yours, write email with email_verified true, then email_verified false, and look into the mailbox'

/**
 * Mail cannot be seen from here, but a message is preceded by the trigger CustomMessage, and a call whose trigger cannot be
 * run fails. The pool names a function that is not there: first a change is made that is known to send a code, and must
 * fail; then the one in question.
 */
export const silentUnverifying: Probe = {
  id: 'silent-unverifying',
  question:
    'Is nothing sent when email is written with email_verified true, and email_verified false after it?',
  assumed: 'yes',
  creates:
    'a pool with a user, whose CustomMessage trigger names a function that is not there; where Cognito does not run it, one code is sent to a made-up address at example.com, a domain that takes no mail',
  mau: 1,
  ask: async ({ newPool, call, region, run, tags, find, wait }) => {
    const { id: UserPoolId, arn } = await newPool('silence', { AutoVerifiedAttributes: ['email'] })
    await call('AdminCreateUser', {
      UserPoolId,
      Username: USERNAME,
      UserAttributes: attributeList({ email: 'silence-1@example.com', email_verified: 'true' }),
      MessageAction: 'SUPPRESS',
    })
    const [, partition = 'aws', , , account = ''] = arn.split(':')
    const CustomMessage = `arn:${partition}:lambda:${region}:${account}:function:${nameOf(run, 'missing')}`
    // An update resets what it omits: all that this pool has is said again.
    await call('UpdateUserPool', {
      UserPoolId,
      AutoVerifiedAttributes: ['email'],
      UserPoolTier: 'LITE',
      UserPoolTags: tags,
      LambdaConfig: { CustomMessage },
    })
    const sends = (attributes: Readonly<Record<string, string>>): Promise<boolean> =>
      runsTrigger(() =>
        call('AdminUpdateUserAttributes', {
          UserPoolId,
          Username: USERNAME,
          UserAttributes: attributeList(attributes),
        }),
      )

    if (!(await sends({ email: 'silence-2@example.com' })))
      return undecided(`a change that is known to send a code ran no trigger here; ${BY_HAND}`)
    if (await sends({ email: 'silence-3@example.com', email_verified: 'true' }))
      return no('writing email with email_verified true ran CustomMessage')
    if (await sends({ email_verified: 'false' })) return no('writing email_verified false ran CustomMessage')
    await wait(LAG_MS)
    const attributes = attributesIn(await find(UserPoolId, USERNAME), 'Attributes')
    const isKept =
      attributes.get('email') === 'silence-3@example.com' && attributes.get('email_verified') === 'false'
    const evidence = 'neither call ran CustomMessage, and a change that sends a code did'
    return isKept ? yes(evidence) : undecided(`${evidence}; but the user does not show both values`)
  },
}

async function runsTrigger(change: () => Promise<Json>): Promise<boolean> {
  try {
    await change()
    return false
  } catch (error) {
    if (error instanceof CognitoError && /Lambda/.test(error.exception)) return true
    throw error
  }
}
