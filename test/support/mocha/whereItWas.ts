/**
 * A test that runs into its time limit hangs, and its error alone says nothing of where. It is told with what the test was at
 * and with what its process still waited for: work of the disk that does not end, or nothing at all, which is a promise that
 * nobody keeps. Loaded by mocharc.json before every file.
 */
let place: string | null = null;

/** The running test is at this from here on. */
export function nowAt(what: string): void {
  place = what;
}

export const mochaHooks = {
  beforeEach(): void {
    place = null;
  },
  afterEach(this: Mocha.Context): void {
    const test = this.currentTest;
    if (test?.timedOut !== true || test.err === undefined) return;
    const told = `\nIt was at: ${place ?? 'nothing that it told'}. Still under way: ${underWay()}.`;
    test.err.message += told;
    test.err.stack = `${test.err.stack ?? ''}${told}`;
  },
};

function underWay(): string {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'nothing';
}
