import type { StoreLoss } from '../../core/recovery/storeLoss';
import type { StoryRecord } from '../../core/story/story';
import { namesOf } from '../../core/words/durations';
import type { DamagedContent } from '../content/contentStore';

/** What is told of a damaged content. A story whose text is damaged is held: nobody works by half a text. */
export function contentLoss(
  { key, what, keptIn }: DamagedContent,
  story: StoryRecord | undefined,
  at: string,
  earlierTexts: number,
): StoreLoss {
  const earlier =
    earlierTexts === 0
      ? 'No earlier text is kept: mend what is left.'
      : 'Restore Earlier Text offers what it was before; or mend what is left.';
  const name = story === undefined ? 'A story that is gone' : `#${story.number}`;
  const text =
    what === 'body'
      ? `${name}: its text was damaged on disk. What is left of it is shown and marked; as it was found it is kept in ${keptIn}. ${earlier} Then acknowledge this. Check the disk.`
      : `${name}: an output that was kept was damaged on disk. What is left of it is shown and marked; as it was found it is kept in ${keptIn}. Check the disk.`;
  return { id: `content ${keptIn}`, at, kind: 'lost', text, held: what === 'body' ? [key] : [] };
}

/** What is told where the list of what runs changed outside their stories is damaged: nobody knows any more what it named. */
export function findingsLoss(keptIn: string, at: string): StoreLoss {
  const text = `The list of what agents changed outside their stories was damaged on disk; it is kept in ${keptIn}. Look whether the target and your stash are as you left them, then acknowledge this. Check the disk.`;
  return { id: `findings ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told where verdicts are lost. Nothing that lands depends on them: what is not known runs again. */
export function ledgerLoss(keptIn: string, at: string): StoreLoss {
  const text = `Part of the record of gate runs was damaged on disk; as it was found it is kept in ${keptIn}. Gates whose verdict is not known any more run again, and figures lack those runs. Check the disk.`;
  return { id: `ledger ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told where the list of quarantined gates is damaged: none is any more. */
export function quarantineLoss(keptIn: string, at: string): StoreLoss {
  const text = `The list of quarantined gates was damaged on disk; it is kept in ${keptIn}. No gate is quarantined now, so each red one stops its story: quarantine again what you had. Check the disk.`;
  return { id: `quarantines ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told where messages that wait for agents, and what was allowed to them, cannot be read any more. */
export function wordsLoss(keptIn: string, at: string): StoreLoss {
  const text = `What you said to agents was damaged on disk; it is kept in ${keptIn}. Messages that had not been read are lost, so write them again, and agents ask again for what you had allowed for a story. Check the disk.`;
  return { id: `words ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told where the list of what is being removed or brought back is damaged. Its work was saved before anything else. */
export function removalsLoss(keptIn: string, at: string): StoreLoss {
  const text = `The list of what is being removed or brought back was damaged on disk; it is kept in ${keptIn}. What was under way is not carried on: a worktree or branch of a deleted story may still be there, and what it held is under Restore…. Check the disk.`;
  return { id: `removals ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told where nobody knows any more with whom stories are shared. */
export function shareLoss(keptIn: string, at: string): StoreLoss {
  const text = `With whom stories are shared was damaged on disk; it is kept in ${keptIn}. They are shared with nobody now: share them again. Check the disk.`;
  return { id: `share ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told of texts that are gone altogether. Nobody works by a text that is not there. */
export function textsGone(
  keys: readonly string[],
  story: (key: string) => StoryRecord | undefined,
  at: string,
): StoreLoss {
  const names = namesOf(keys.map((key) => `#${story(key)?.number ?? '?'}`));
  const text = `The text of ${names} is gone from the disk. Titles, stages and branches are there; write the text again, then acknowledge this. Check the disk.`;
  return { id: `texts gone ${at} ${keys[0] ?? ''}`, at, kind: 'lost', text, held: [...keys] };
}
