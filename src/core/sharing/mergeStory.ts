import { mergeTexts } from '../words/mergeTexts';
import { isOver, isSame, type SharedStory } from './sharedStory';

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
    if (name === 'work' && isLanding(base.story, theirs.story)) return [name, their];
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
  const isLater = mine.story.work.stageAt > theirs.story.work.stageAt;
  return isLater ? { ...theirs, story: { ...theirs.story, work: mine.story.work } } : theirs;
}

/** What has landed has landed, whatever was made of the story here meanwhile. */
function isLanding(base: SharedStory, theirs: SharedStory): boolean {
  return theirs.work.stage.name === 'Done' && !isOver(base.work.stage);
}

function fieldOf(story: SharedStory, name: string): unknown {
  return (story as Readonly<Record<string, unknown>>)[name];
}
