import * as z from 'zod/mini';
import { describeSharedChange, sharedChangeSchema } from '../gates/sharedChange';
import { shortRef } from '../story/names';
import { oidSchema, refSchema } from '../story/stage';
import { count } from '../words/durations';

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
  const who = `${finding.agent}, at work on #${finding.number},`;
  switch (finding.kind) {
    case 'targetMoved': {
      const branch = shortRef(finding.ref);
      const what =
        finding.commitCount === 0
          ? `moved ${branch} back to ${finding.to.slice(0, 8)}`
          : `moved ${branch} by ${count(finding.commitCount, 'commit')} that no gate has seen: ${finding.commits.join(', ')}`;
      return `${who} ${what}. Nothing lands until you restore ${branch} to ${finding.from.slice(0, 8)} or keep it.`;
    }
    case 'sharedChanged':
      return `${who} changed what all worktrees share: it ${finding.changes.map(describeSharedChange).join('; it ')}.`;
    default:
      return finding satisfies never;
  }
}
