/**
 * The id of a run that no other process of tests has: runs of one id are one run, and whoever ends it ends all of them. Test
 * files work beside each other.
 */
export function ownRunId(name: string): string {
  return `${name}-of-${process.pid}`;
}
