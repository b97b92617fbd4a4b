// The layers of packages/core/src, highest first: a folder may import from those below it, never from those above.
const LAYERS = [
  ['cli', 'lambda'],
  ['sources-aws', 'deploy-aws'],
  ['references-aws', 'kms'],
  ['actions'],
  ['deploy'],
  ['restore'],
  ['diff', 'foreign'],
  ['cognito', 'vault', 'retention'],
  ['limiter', 'storage', 'sorting'],
  ['model'],
]

const core = (folder) => `^packages/core/src/${folder}/`
const tests = '\\.(test|conformance)\\.ts$|/src/testing/'

const upward = LAYERS.flatMap((layer, depth) =>
  layer.map((folder) => ({
    name: `${folder}-imports-downward-only`,
    severity: 'error',
    from: { path: core(folder), pathNot: tests },
    to: {
      path: [...LAYERS.slice(0, depth).flat(), ...layer.filter((other) => other !== folder)]
        .map(core)
        .concat('^packages/core/src/testing/'),
    },
  })),
)

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: tests },
      to: { circular: true },
    },
    {
      name: 'simulator-stands-alone',
      comment: 'What it tests must not be what it is made of.',
      severity: 'error',
      from: { path: '^packages/simulator/' },
      to: { path: '^packages/core/|^demo/|/cognito-vault/' },
    },
    {
      name: 'core-does-not-ship-the-simulator',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: tests },
      to: { path: 'simulator|cognito-local' },
    },
    {
      name: 'the-stack-stands-alone',
      comment: 'It deploys the bundle; what runs there knows nothing of the CDK.',
      severity: 'error',
      from: { path: '^packages/cdk/src/' },
      to: { path: '^packages/(core|simulator)/' },
    },
    {
      name: 'only-the-stack-knows-the-cdk',
      severity: 'error',
      from: { pathNot: '^packages/cdk/' },
      to: { path: '^packages/cdk/|node_modules/(aws-cdk-lib|constructs)/' },
    },
    {
      name: 'only-the-adapter-knows-the-sdk',
      severity: 'error',
      from: {
        path: '^packages/core/src/',
        pathNot: `^packages/core/src/(cli/|lambda/|references-aws/|sources-aws/|deploy-aws/|kms/|cognito/(sdk-|raw-json)|storage/(s3|dynamodb)/)|${tests}`,
      },
      to: { path: '@aws-sdk|@smithy' },
    },
    {
      name: 'ports-know-no-implementation',
      severity: 'error',
      from: { path: '^packages/core/src/(storage/object-store|cognito/cognito-api)\\.ts$' },
      to: { path: '^packages/core/src/', pathNot: '^packages/core/src/model/' },
    },
    {
      name: 'no-undeclared-dependencies',
      severity: 'error',
      from: { path: '^(packages/[^/]+|demo|bench)/src/', pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/|node_modules/.*/node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.lint.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
