import * as z from 'zod/mini';
import { saySharedChanges, sharedChangeSchema } from '../gates/sharedChange';
import { shortRef } from '../story/names';
import { oidSchema, refSchema } from '../story/stage';
import { inEnglish, say, type Said } from '../words/said';

const ofRun = {
  id: z.string().check(z.regex(/^[a-z0-9-]{1,64}$/)),
  at: z.iso.datetime(),
  agent: z.string(),
  storyKey: z.string(),
  number: z.int().check(z.minimum(1)),
};

/**
 * Something that an agent's run changed outside its story, and that a person has to decide about. It is kept until they
 * have: `targetMoved` stops the queue meanwhile.
 */
export const runFindingSchema = z.discriminatedUnion('kind', [
  z.object({
    ...ofRun,
    kind: z.literal('targetMoved'),
    ref: refSchema,
    from: oidSchema,
    to: oidSchema,
    /** The newest first, cut off after a few: `1a2b3c4d Fix it`. */
    commits: z.array(z.string()),
    commitCount: z.int().check(z.minimum(0)),
  }),
  z.object({ ...ofRun, kind: z.literal('sharedChanged'), changes: z.array(sharedChangeSchema) }),
]);
export type RunFinding = z.infer<typeof runFindingSchema>;

/** What a person can decide: back as it was, or leave it. */
export const FINDING_DECISIONS = ['restore', 'keep'] as const;
export type FindingDecision = (typeof FINDING_DECISIONS)[number];

/** What happened, in a sentence for a person. */
export function describeFinding(finding: RunFinding): string {
  return inEnglish(sayFinding(finding));
}

/** The same, to be said in any language. */
export function sayFinding(finding: RunFinding): Said[] {
  const { agent, number } = finding;
  switch (finding.kind) {
    case 'targetMoved': {
      const branch = shortRef(finding.ref);
      const moved =
        finding.commitCount === 0
          ? say('{0}, at work on #{1}, moved {2} back to {3}.', agent, number, branch, finding.to.slice(0, 8))
          : finding.commitCount === 1
            ? say('{0}, at work on #{1}, moved {2} by 1 commit that no gate has seen: {3}.', agent, number, branch, finding.commits.join(', ')) // prettier-ignore
            : say('{0}, at work on #{1}, moved {2} by {3} commits that no gate has seen: {4}.', agent, number, branch, finding.commitCount, finding.commits.join(', ')); // prettier-ignore
      return [moved, say('Nothing lands until you restore {0} to {1} or keep it.', branch, finding.from.slice(0, 8))];
    }
    case 'sharedChanged':
      return [say('{0}, at work on #{1}, changed what all worktrees share: it {2}.', agent, number, saySharedChanges(finding.changes))]; // prettier-ignore
    default:
      return finding satisfies never;
  }
}
