/** How systems and runtimes say that somebody else has an address already. */
const WORDS: readonly string[] = [
  'eaddrinuse',
  'address already in use',
  'address in use',
  'only one usage of each socket address',
  'port is already allocated',
];

/** Whether output says that a port was taken: by another gate or by any program, but not by the story's fault. */
export function saysAddressInUse(output: string): boolean {
  const text = output.toLowerCase();
  return WORDS.some((words) => text.includes(words));
}
