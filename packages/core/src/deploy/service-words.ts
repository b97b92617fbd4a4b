/** What a service says, without the e-mail addresses that it may quote of a request. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s@"'<>()[\],;:=]+@[^\s@"'<>()[\],;:=]+/g, '(address)')
}
