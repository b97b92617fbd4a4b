import { CodedError } from '../model/errors.js'

/** A parameter as a template declares it. */
export interface ParameterDeclaration {
  readonly Default?: unknown
  readonly AllowedValues?: readonly unknown[]
  readonly AllowedPattern?: string
  readonly ConstraintDescription?: string
  readonly MinValue?: number | string
  readonly MaxValue?: number | string
  readonly MinLength?: number | string
  readonly MaxLength?: number | string
  readonly Type?: string
}

/** A CloudFormation template, as far as it is looked into. */
export interface Template {
  /** Without the white space that is there for people. */
  readonly body: string
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>
  readonly conditions: Readonly<Record<string, unknown>>
  readonly resources: Readonly<Record<string, { readonly Type: string; readonly Condition?: string }>>
}

/** What CreateChangeSet takes as `TemplateBody`; what is longer has to lie in S3. */
export const LONGEST_BODY = 51_200

/** @throws CodedError `NOT_INSTALLED` when the text is no template */
export function parseTemplate(text: string): Template {
  const parsed = parsedObject(text)
  if (parsed === undefined || typeof parsed['Resources'] !== 'object')
    throw new CodedError('NOT_INSTALLED', 'the template of this installation is no CloudFormation template', {
      hint: 'install cognito-vault again',
    })
  return {
    body: JSON.stringify(parsed),
    parameters: (parsed['Parameters'] ?? {}) as Template['parameters'],
    conditions: (parsed['Conditions'] ?? {}) as Template['conditions'],
    resources: parsed['Resources'] as Template['resources'],
  }
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
