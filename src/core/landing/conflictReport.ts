import * as z from 'zod/mini';
import type { PipelineFacts } from '../pipeline/facts';
import { inQueueOrder, rankOf } from '../pipeline/queueOrder';
import { shortRef } from '../story/names';
import { conflictsByStory, storiesInSight } from './inSight';
import { fewestConflicts } from './landingOrder';
import { MERGE_ORDERS } from './mergeOrder';

/**
 * What will conflict, and the order that avoids the most of it; stories by their numbers. `other` null is the target.
 * `lands` are those that land without a conflict in the proposed order, `landsAsGiven` those in order of arrival. `leftOut`
 * counts stories that were not compared.
 */
export const conflictReportSchema = z.object({
  target: z.string(),
  conflicts: z.array(
    z.object({
      one: z.int(),
      other: z.nullable(z.int()),
      files: z.array(z.string()),
      /** The gate that is red on both together, where git can merge them. */
      gate: z.optional(z.string()),
    }),
  ),
  order: z.array(z.int()),
  lands: z.array(z.int()),
  landsAsGiven: z.array(z.int()),
  proof: z.enum(['best', 'good']),
  inForce: z.enum(MERGE_ORDERS),
  leftOut: z.int(),
});
export type ConflictReport = z.infer<typeof conflictReportSchema>;

/** Of all stories on their way, whether they are in the queue yet or not. */
export function conflictReport(facts: PipelineFacts): ConflictReport {
  const { inSight, leftOut } = storiesInSight(facts);
  const keys = new Set(inSight.map(({ key }) => key));
  const stories = inQueueOrder(
    facts.stories.filter(({ key }) => keys.has(key)),
    facts.now,
  );
  const predicted = conflictsByStory(stories, facts.conflicts ?? []);
  const all = stories.flatMap((story) => (predicted.get(story.key) ?? []).map((one) => ({ story, ...one })));
  const once = all.filter(({ story, other }) => other === null || story.number < other.number);
  const proposal = fewestConflicts(
    stories.map((story) => ({ key: story.key, rank: rankOf(story, facts.now), dependsOn: story.dependsOn })),
    once.flatMap(({ story, other }): [string, string][] => (other === null ? [] : [[story.key, other.key]])),
    new Set(once.flatMap(({ story, other }) => (other === null ? [story.key] : []))),
  );
  const numbers = new Map(stories.map(({ key, number }) => [key, number]));
  const numbersOf = (some: readonly string[]): number[] => some.flatMap((key) => numbers.get(key) ?? []);
  return {
    target: facts.target.kind === 'found' ? shortRef(facts.target.ref) : '',
    conflicts: once.map(({ story, other, files, gate }) => ({
      one: story.number,
      other: other?.number ?? null,
      files: [...files],
      ...(gate && { gate: gate.name }),
    })),
    order: numbersOf(proposal.order),
    lands: numbersOf(proposal.lands),
    landsAsGiven: numbersOf(proposal.landsAsGiven),
    proof: proposal.proof,
    inForce: facts.mergeOrder ?? 'arrival',
    leftOut,
  };
}
