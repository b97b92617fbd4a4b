/**
 * Whether a request was refused because the machine's clock is wrong, and the SDK has learnt by how much from the answer: the same request will be
 * signed by the service's clock when it is sent again.
 */
export function isClockCorrected(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { clockSkewCorrected?: boolean } }
  return $metadata?.clockSkewCorrected === true
}
