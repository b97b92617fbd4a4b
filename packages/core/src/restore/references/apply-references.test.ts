import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import { bodyWithArns, requiredMembersMissing, SHAPES_WITH_ARNS } from '../../testing/api-shapes.js'
import { setOf } from '../../testing/resource-sets.js'
import { type AppliedReferences, applyReferences } from './apply-references.js'
import { parseMapping } from './mapping.js'

const A = 'arn:aws:lambda:eu-west-1:111111111111:function:a'
const B = 'arn:aws:lambda:eu-west-1:111111111111:function:b'
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/k'
const ROLE = 'arn:aws:iam::111111111111:role/r'
const SES = 'arn:aws:ses:eu-west-1:111111111111:identity/example.com'
const LOGS = 'arn:aws:logs:eu-west-1:111111111111:log-group:g'
const BUCKET = 'arn:aws:s3:::logs'
const CERTIFICATE = 'arn:aws:acm:us-east-1:111111111111:certificate/c'

type Resource = readonly [kind: string, name: string, body: JsonObject]

function applied(
  resources: readonly Resource[],
  { map = [], drop = [] }: { map?: readonly string[]; drop?: readonly string[] },
): AppliedReferences {
  const from = { region: 'eu-west-1', account: '111111111111' }
  const to = { region: 'eu-central-1', account: undefined }
  return applyReferences(setOf(...resources), { mappings: map.map(parseMapping), drop, from, to })
}

describe('a drop', () => {
  it.each<
    [
      what: string,
      kind: string,
      drop: string,
      before: JsonObject,
      after: JsonObject,
      detail: string,
      mfa?: string,
    ]
  >([
    [
      'takes a trigger alone',
      'pool',
      A,
      { LambdaConfig: { PreSignUp: A, PostConfirmation: B } },
      { LambdaConfig: { PostConfirmation: B } },
      'LambdaConfig.PreSignUp',
    ],
    [
      'takes every setting that names it',
      'pool',
      A,
      {
        LambdaConfig: {
          PreTokenGeneration: A,
          PreTokenGenerationConfig: { LambdaArn: A, LambdaVersion: 'V2_0' },
        },
      },
      { LambdaConfig: {} },
      'LambdaConfig.PreTokenGeneration, LambdaConfig.PreTokenGenerationConfig',
    ],
    [
      'takes a sender with its version',
      'pool',
      A,
      { LambdaConfig: { CustomSMSSender: { LambdaArn: A, LambdaVersion: 'V1_0' }, KMSKeyID: KEY } },
      { LambdaConfig: { KMSKeyID: KEY } },
      'LambdaConfig.CustomSMSSender',
    ],
    [
      'of a key takes the senders that need it',
      'pool',
      KEY,
      {
        LambdaConfig: {
          CustomEmailSender: { LambdaArn: A, LambdaVersion: 'V1_0' },
          KMSKeyID: KEY,
          PreSignUp: B,
        },
      },
      { LambdaConfig: { PreSignUp: B } },
      'LambdaConfig.KMSKeyID, LambdaConfig.CustomEmailSender',
    ],
    [
      'of the role for SMS takes all of SMS',
      'pool',
      ROLE,
      { SmsConfiguration: { SnsCallerArn: ROLE, ExternalId: 'x', SnsRegion: 'eu-west-1' } },
      {},
      'SmsConfiguration',
    ],
    [
      'of the Region of SMS takes the Region',
      'pool',
      'eu-west-1',
      { SmsConfiguration: { SnsCallerArn: ROLE, SnsRegion: 'eu-west-1' } },
      { SmsConfiguration: { SnsCallerArn: ROLE } },
      'SmsConfiguration.SnsRegion',
    ],
    [
      'of an identity takes the email settings',
      'pool',
      SES,
      { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn: SES, From: 'a@example.com' } },
      {},
      'EmailConfiguration',
    ],
    [
      'of a key of the pool leaves the service’s own',
      'pool',
      KEY,
      { KeyConfiguration: { KmsKeyArn: KEY } },
      {},
      'KeyConfiguration',
    ],
    ['takes a group’s role', 'group', ROLE, { GroupName: 'g', RoleArn: ROLE }, { GroupName: 'g' }, 'RoleArn'],
    [
      'takes one destination of logs',
      'log-delivery',
      BUCKET,
      {
        LogConfigurations: [
          { EventSource: 'a', LogLevel: 'INFO', S3Configuration: { BucketArn: BUCKET } },
          { EventSource: 'b', LogLevel: 'INFO', CloudWatchLogsConfiguration: { LogGroupArn: LOGS } },
        ],
      },
      {
        LogConfigurations: [
          { EventSource: 'b', LogLevel: 'INFO', CloudWatchLogsConfiguration: { LogGroupArn: LOGS } },
        ],
      },
      'LogConfigurations[0]',
    ],
    [
      'takes a client’s analytics whole',
      'client',
      ROLE,
      {
        ClientName: 'c',
        AnalyticsConfiguration: { ApplicationId: 'app', RoleArn: ROLE, UserDataShared: true },
      },
      { ClientName: 'c' },
      'AnalyticsConfiguration',
    ],
    [
      'of who writes to people at risk has nobody written to',
      'risk',
      SES,
      {
        AccountTakeoverRiskConfiguration: {
          Actions: { HighAction: { EventAction: 'BLOCK', Notify: true } },
          NotifyConfiguration: { SourceArn: SES, From: 'a@example.com' },
        },
      },
      {
        AccountTakeoverRiskConfiguration: {
          Actions: { HighAction: { EventAction: 'BLOCK', Notify: false } },
        },
      },
      'AccountTakeoverRiskConfiguration.NotifyConfiguration, Notify',
    ],
    [
      'of the role for SMS leaves the factors that do not need it',
      'mfa',
      ROLE,
      {
        MfaConfiguration: 'ON',
        SmsMfaConfiguration: { SmsAuthenticationMessage: 'code', SmsConfiguration: { SnsCallerArn: ROLE } },
        SoftwareTokenMfaConfiguration: { Enabled: true },
      },
      { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
      'SmsMfaConfiguration',
    ],
    [
      'of the only factor turns MFA off, and says so in words of its own',
      'mfa',
      ROLE,
      {
        MfaConfiguration: 'OPTIONAL',
        SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: ROLE } },
        SoftwareTokenMfaConfiguration: { Enabled: false },
      },
      { MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: false } },
      'SmsMfaConfiguration',
      'MfaConfiguration was OPTIONAL',
    ],
  ])('%s', (_, kind, drop, before, after, detail, mfa?: string) => {
    const { resources, notes, references } = applied([[kind, '', before]], { drop: [drop] })
    expect(resources.one(kind)?.body).toEqual(after)
    const subject = { kind, id: '' }
    const mfaNotes = mfa === undefined ? [] : [{ subject, note: { code: 'mfa-dropped', detail: mfa } }]
    expect(notes).toEqual([{ subject, note: { code: 'reference-dropped', detail } }, ...mfaNotes])
    expect(references.map(({ value }) => value)).not.toContain(drop)
    for (const { value } of references) expect(JSON.stringify(after)).toContain(value)
  })

  it('takes what else the dropped settings name off the list, and leaves the same where it is named elsewhere', () => {
    const LambdaConfig = {
      CustomEmailSender: { LambdaArn: A, LambdaVersion: 'V1_0' },
      KMSKeyID: KEY,
      PreTokenGenerationConfig: { LambdaArn: A, LambdaVersion: 'V2_0' },
    }
    const { references } = applied([['pool', '', { LambdaConfig }]], { drop: [KEY] })
    expect(references.map(({ path }) => path)).toEqual([
      ['LambdaConfig', 'PreTokenGenerationConfig', 'LambdaArn'],
    ])
  })

  it('of a certificate takes the custom domain, which cannot be without one', () => {
    const domains: Resource[] = [
      [
        'domain',
        'auth.example.com',
        { Domain: 'auth.example.com', CustomDomainConfig: { CertificateArn: CERTIFICATE } },
      ],
      ['domain', 'shop', { Domain: 'shop', CustomDomainConfig: {} }],
    ]
    const { resources, notes } = applied(domains, { drop: [CERTIFICATE] })
    expect(resources.of('domain').map(({ name }) => name)).toEqual(['shop'])
    expect(notes).toMatchObject([
      {
        subject: { id: 'auth.example.com' },
        note: { code: 'reference-dropped', detail: 'CustomDomainConfig' },
      },
    ])
  })

  it('of the pool’s email takes MFA by email, which needs it', () => {
    const { resources, notes } = applied(
      [
        ['pool', '', { EmailConfiguration: { SourceArn: SES, EmailSendingAccount: 'DEVELOPER' } }],
        ['mfa', '', { MfaConfiguration: 'ON', EmailMfaConfiguration: { Subject: 's', Message: '{####}' } }],
      ],
      { drop: [SES] },
    )
    expect(resources.one('mfa')?.body).toEqual({ MfaConfiguration: 'OFF' })
    expect(notes.map(({ note }) => note.detail)).toEqual([
      'EmailConfiguration',
      'EmailMfaConfiguration',
      'MfaConfiguration was ON',
    ])
  })

  it.each(Object.entries(SHAPES_WITH_ARNS))(
    'of any ARN of a %s leaves what the API takes: no trace of it, and all that is required',
    (kind, shape) => {
      const { body, arns } = bodyWithArns(shape, () => 'lambda')
      if (kind === 'mfa') body['MfaConfiguration'] = 'ON'
      for (const arn of arns.filter((one) => one !== body['Arn'])) {
        const { resources, notes } = applied([[kind, '', body]], { drop: [arn] })
        const left = resources.one(kind)?.body ?? {}
        expect(JSON.stringify(left)).not.toContain(`"${arn}"`)
        expect(requiredMembersMissing(left, shape)).toEqual([])
        const isMfaOff = kind === 'mfa' && left['MfaConfiguration'] === 'OFF'
        expect(notes.map(({ note }) => note.code)).toEqual([
          'reference-dropped',
          ...(isMfaOff ? ['mfa-dropped'] : []),
        ])
      }
    },
  )

  it('leaves everything else as it was, what nobody knows included', () => {
    const group = {
      GroupName: 'g',
      Empty: {},
      List: [],
      Nothing: null,
      RoleArn: 'arn:aws:iam::111111111111:role/other',
    }
    const { resources } = applied(
      [
        ['group', 'g', group],
        ['group', 'h', { RoleArn: ROLE }],
      ],
      { drop: [ROLE] },
    )
    expect(resources.of('group')[0]!.body).toBe(group)
  })
})

describe('a mapping', () => {
  it('changes the values where they stand, and the report says where', () => {
    const { resources, notes, references } = applied(
      [
        ['pool', '', { LambdaConfig: { PreSignUp: A, PostConfirmation: B }, Policies: { Name: A.slice(4) } }],
        ['group', 'g', { RoleArn: ROLE }],
      ],
      { map: [`${A}=${B}`] },
    )
    expect(resources.one('pool')?.body).toEqual({
      LambdaConfig: { PreSignUp: B, PostConfirmation: B },
      Policies: { Name: A.slice(4) },
    })
    expect(notes).toEqual([
      {
        subject: { kind: 'pool', id: '' },
        note: { code: 'reference-mapped', detail: 'LambdaConfig.PreSignUp' },
      },
    ])
    expect(references.map(({ value, becomes }) => [value, becomes])).toEqual([
      [A, B],
      [B, B],
      [ROLE, ROLE],
    ])
  })

  it('that keeps a value is nothing that a report has to say', () => {
    expect(applied([['group', 'g', { RoleArn: ROLE }]], { map: [`${ROLE}=${ROLE}`] }).notes).toEqual([])
  })

  it('keeps sets in their order, so that a target that has the same is seen to', () => {
    const [a, b] = ['arn:aws:s3:::a', 'arn:aws:s3:::b']
    const log = (BucketArn: string): JsonObject => ({ EventSource: 'x', S3Configuration: { BucketArn } })
    const { resources } = applied([['log-delivery', '', { LogConfigurations: [log(a), log(b)] }]], {
      map: [`${a}=arn:aws:s3:::z`],
    })
    expect(resources.one('log-delivery')?.body).toEqual({
      LogConfigurations: [log(b), log('arn:aws:s3:::z')],
    })
  })
})

describe('what the snapshot does not name', () => {
  const pool: Resource = ['pool', '', { LambdaConfig: { PreSignUp: A } }]

  it.each([
    [{ map: [`${B}=${A}`] }, '--map'],
    [{ map: ['us-east-1=us-west-2'] }, '--map'],
    [{ map: ['222222222222=333333333333'] }, '--map'],
    [{ map: ['eu-west-1_Zz=eu-central-1_Yy'] }, '--map'],
    [{ drop: [B] }, '--drop'],
    // Only whole values can be dropped.
    [{ drop: ['111111111111'] }, '--drop'],
    [{ drop: [A], map: [`${A}=${B}`] }, 'is mapped and dropped'],
  ])('is not taken for said: %j', (said, text) => {
    expect(() => applied([pool], said)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(text) as string }),
    )
  })

  it('may be the snapshot’s own account and Region, so that one command serves all pools', () => {
    const map = ['eu-west-1=eu-central-1', '111111111111=222222222222']
    expect(applied([['pool', '', {}]], { map })).toMatchObject({ references: [], notes: [] })
  })
})
