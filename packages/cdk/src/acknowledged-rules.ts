import { Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Rules of cdk-nag's AwsSolutions pack that do not hold here, each with its reason. */
export const ACKNOWLEDGED: readonly { readonly id: string; readonly reason: string }[] = []

/** Tells whoever runs cdk-nag over an app with this construct what was considered. */
export function acknowledgeRules(scope: Construct): void {
  for (const rule of ACKNOWLEDGED) Validations.of(scope).acknowledge(rule)
}
