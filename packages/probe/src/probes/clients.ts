import { objectOf, textOf } from '../json.js'
import { type Probe, undecided, no, yes } from '../probe.js'

export const shownSecret: Probe = {
  id: 'shown-secret',
  question: 'Does DescribeUserPoolClient show the older of two secrets?',
  assumed: 'yes',
  creates: 'a pool with a client that has two secrets, which are compared and not shown',
  ask: async ({ newPool, call }) => {
    const { id: UserPoolId } = await newPool('secrets')
    const made = await call('CreateUserPoolClient', { UserPoolId, ClientName: 'probe', GenerateSecret: true })
    const client = objectOf(made, 'UserPoolClient')
    const named = { UserPoolId, ClientId: textOf(client, 'ClientId') }
    const added = objectOf(await call('AddUserPoolClientSecret', named), 'ClientSecretDescriptor')
    const described = await call('DescribeUserPoolClient', named)
    const shown = textOf(objectOf(described, 'UserPoolClient'), 'ClientSecret')
    if (shown === '') return undecided('DescribeUserPoolClient shows no secret')
    if (shown === textOf(client, 'ClientSecret')) return yes('it shows the one that the client was made with')
    if (shown === textOf(added, 'ClientSecretValue')) return no('it shows the one that was added')
    return undecided('it shows a secret that neither creation gave')
  },
}
