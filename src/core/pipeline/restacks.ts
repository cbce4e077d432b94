import { lineageOf } from '../story/lineage';
import type { Oid, Stage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';

/** A child's branch is to stand on another commit than it does. */
export interface RestackAction {
  readonly kind: 'restack';
  readonly key: string;
  /** Of its branch. */
  readonly tip: Oid;
  readonly onto: Oid;
  /** The parent has landed: the child is like any other story then. */
  readonly because: 'parentChanged' | 'parentLanded';
}

/** Stages in which a child is moved: in the others nobody works on it, or something has to be decided first. */
const MOVED_IN: readonly StoryRecord['stage']['name'][] = ['Coding', 'QA', 'ReviewHold', 'Merge'];

/** Children whose parent changed or landed, of those on which nothing is at work. */
export function restacks(free: readonly StoryRecord[], facts: PipelineFacts): RestackAction[] {
  const landing = new Set(facts.jobs.map(({ job }) => job.storyKey));
  return free.flatMap((story): RestackAction[] => {
    const { key, childOf, stage } = story;
    if (childOf?.at == null || !MOVED_IN.includes(stage.name) || landing.has(key)) return [];
    const tip = facts.tips.get(key) ?? null;
    if (tip === null || facts.target.kind === 'missing') return [];
    const lineage = lineageOf(story, parentStage(facts, childOf.key));
    if (lineage.kind === 'none' || lineage.kind === 'waits') return [];
    const onto = lineage.kind === 'landed' ? facts.target.tip : lineage.commit;
    if (lineage.kind === 'on' && onto === childOf.at) return [];
    const wait = facts.restackWaits?.get(key);
    if (wait?.onto === onto && wait.tip === tip) return [];
    return [{ kind: 'restack', key, tip, onto, because: lineage.kind === 'landed' ? 'parentLanded' : 'parentChanged' }];
  });
}

/** The stage of a story, also of one that is archived; null where nothing is known of it. */
export function parentStage(
  { stories, elsewhere }: Pick<PipelineFacts, 'stories' | 'elsewhere'>,
  key: string,
): Stage | null {
  const found = stories.find((one) => one.key === key);
  if (found !== undefined) return found.stage;
  const known = elsewhere.get(key);
  return known?.kind === 'story' ? known.stage : null;
}
