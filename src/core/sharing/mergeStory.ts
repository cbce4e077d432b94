import { mergeTexts } from '../words/mergeTexts';
import { inTerm, isOver, isSame, type SharedStory } from './sharedStory';

/** A story with its text, as it is shared. */
export interface SharedText {
  readonly story: SharedStory;
  readonly body: string;
}

/**
 * What is here after others changed a story: `base` is what this machine and the others agreed on last, null where they
 * never did. A field that was changed here and is not shared yet stays, any other becomes theirs. Texts are merged. A landing counts.
 */
export function mergeStory(base: SharedText | null, mine: SharedText, theirs: SharedText): SharedText {
  if (base === null) return meet(mine, theirs);
  const fields = Object.entries(theirs.story).map(([name, their]) => {
    if (name === 'work') return [name, mergeWork(base.story.work, mine.story.work, theirs.story.work)];
    const [before, own] = [fieldOf(base.story, name), fieldOf(mine.story, name)];
    return [name, isSame(before, own) ? their : own];
  });
  return {
    story: Object.fromEntries(fields) as SharedStory,
    body: mergeTexts(base.body, mine.body, theirs.body),
  };
}

/** Both know the story and nobody knows what they agreed on: theirs counts, but for a stage that was reached later here. */
function meet(mine: SharedText, theirs: SharedText): SharedText {
  const [own, their] = [mine.story.work, theirs.story.work];
  const isLater = termOf(own) === termOf(their) ? own.stageAt > their.stageAt : termOf(own) > termOf(their);
  return isLater ? { ...theirs, story: { ...theirs.story, work: mine.story.work } } : theirs;
}

type Work = SharedStory['work'];

/** What has landed has landed, and who took a story over has it, whatever was made of it on the other side meanwhile. */
function mergeWork(base: Work, mine: Work, theirs: Work): Work {
  const landed = (work: Work): boolean => work.stage.name === 'Done' && !isOver(base.stage);
  if (landed(theirs)) return theirs;
  const isTaken = termOf(theirs) > termOf(base) && termOf(theirs) >= termOf(mine);
  if (isTaken) return landed(mine) ? inTerm(mine, theirs.term) : theirs;
  return isSame(base, mine) ? theirs : mine;
}

function termOf({ term = 0 }: Work): number {
  return term;
}

function fieldOf(story: SharedStory, name: string): unknown {
  return (story as Readonly<Record<string, unknown>>)[name];
}
