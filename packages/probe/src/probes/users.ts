import { attributeList, attributesIn, type Json, refusalIn, textOf } from '../json.js'
import { no, type Probe, undecided, yes } from '../probe.js'

/** Listings lag behind changes. */
const LAG_MS = 3_000

export const passwordOfDisabled: Probe = {
  id: 'password-of-disabled',
  question: 'Does AdminSetUserPassword set the password of a disabled user, who stays disabled?',
  assumed: 'yes',
  creates: 'nothing',
  usesPeople: true,
  ask: async ({ person, call, password, find, wait }) => {
    const { poolId: UserPoolId, username: Username } = await person()
    await call('AdminDisableUser', { UserPoolId, Username })
    try {
      await call('AdminSetUserPassword', { UserPoolId, Username, Password: password, Permanent: true })
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === undefined) throw error
      return no(`AdminSetUserPassword was refused: ${refusal.exception}`)
    }
    await wait(LAG_MS)
    const user = await find(UserPoolId, Username)
    const evidence = `accepted; the user is ${textOf(user, 'UserStatus')} and ${user?.['Enabled'] === false ? 'disabled' : 'enabled'}`
    return user?.['Enabled'] === false && user['UserStatus'] === 'CONFIRMED' ? yes(evidence) : no(evidence)
  },
}

export const membershipDate: Probe = {
  id: 'membership-date',
  question: 'Does AdminAddUserToGroup change UserLastModifiedDate?',
  assumed: 'no',
  creates: 'a group in the shared pool',
  usesPeople: true,
  ask: async ({ person, call, find, wait }) => {
    const { poolId: UserPoolId, username: Username } = await person()
    await call('CreateGroup', { UserPoolId, GroupName: 'dates' })
    await wait(LAG_MS)
    const before = dateOf(await find(UserPoolId, Username))
    if (before === undefined) return undecided('ListUsers does not show the user yet; ask again')
    await call('AdminAddUserToGroup', { UserPoolId, Username, GroupName: 'dates' })
    await wait(LAG_MS)
    const after = dateOf(await find(UserPoolId, Username))
    if (after === undefined) return undecided('ListUsers does not show the user any more; ask again')
    return after === before
      ? no(`the date was the same ${LAG_MS / 1000} s after`)
      : yes(`the date went on by ${(after - before).toFixed(3)} s`)
  },
}

function dateOf(user: Json | undefined): number | undefined {
  const date = user?.['UserLastModifiedDate']
  return typeof date === 'number' ? date : undefined
}

export const blankAttribute: Probe = {
  id: 'blank-attribute',
  question: 'Does writing an empty value remove an attribute?',
  assumed: 'yes',
  creates: 'nothing',
  usesPeople: true,
  ask: async ({ person, call, find, wait }) => {
    const { poolId: UserPoolId, username: Username } = await person()
    try {
      const UserAttributes = attributeList({ nickname: '' })
      await call('AdminUpdateUserAttributes', { UserPoolId, Username, UserAttributes })
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === undefined) throw error
      return no(`an empty value was refused: ${refusal.exception}`)
    }
    await wait(LAG_MS)
    const user = await find(UserPoolId, Username)
    if (user === undefined) return undecided('ListUsers does not show the user any more; ask again')
    const value = attributesIn(user, 'Attributes').get('nickname')
    if (value === undefined) return yes('ListUsers shows the user without the attribute')
    return no(value === '' ? 'ListUsers shows it with an empty value' : 'ListUsers shows it as it was')
  },
}
