/** Where the token for a server that stories are shared through is kept among VS Code's secrets. */
export function shareSecret(url: string): string {
  return `switchyard.share:${url}`;
}
