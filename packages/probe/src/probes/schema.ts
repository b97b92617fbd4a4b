import { objectOf, objectsOf, refusalIn, textOf } from '../json.js'
import { no, type Probe, undecided, yes } from '../probe.js'

export const emptyConstraints: Probe = {
  id: 'empty-constraints',
  question:
    'Is a standard attribute that was declared with empty constraints described with empty constraints?',
  assumed: 'yes',
  creates: 'a pool',
  ask: async ({ newPool, call }) => {
    let UserPoolId: string
    try {
      const pool = await newPool('constraints', {
        Schema: [{ Name: 'nickname', AttributeDataType: 'String', StringAttributeConstraints: {} }],
      })
      UserPoolId = pool.id
    } catch (error) {
      const refusal = refusalIn(error)
      if (refusal === undefined) throw error
      return no(`such a declaration is refused: ${refusal.exception}`)
    }
    const pool = objectOf(await call('DescribeUserPool', { UserPoolId }), 'UserPool')
    const attribute = objectsOf(pool, 'SchemaAttributes').find((one) => textOf(one, 'Name') === 'nickname')
    if (attribute === undefined) return undecided('the description does not have the attribute')
    const constraints = attribute['StringAttributeConstraints']
    const evidence = `it shows ${constraints === undefined ? 'none' : JSON.stringify(constraints)}`
    return JSON.stringify(constraints) === '{}' ? yes(evidence) : no(evidence)
  },
}
