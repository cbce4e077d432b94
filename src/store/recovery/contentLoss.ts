import type { StoreLoss } from '../../core/recovery/storeLoss';
import type { StoryRecord } from '../../core/story/story';
import { namesOf } from '../../core/words/durations';
import type { DamagedContent } from '../content/textMending';

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

/** What is told of small files that are damaged, by what the loss is named after: what it was, and what it means. */
const FILES = {
  // Nobody knows any more what it named.
  findings: {
    what: 'The list of what agents changed outside their stories',
    then: 'Look whether the target and your stash are as you left them, then acknowledge this.',
  },
  quarantines: {
    what: 'The list of quarantined gates',
    then: 'No gate is quarantined now, so each red one stops its story: quarantine again what you had.',
  },
  words: {
    what: 'What you said to agents',
    then: 'Messages that had not been read are lost, so write them again, and agents ask again for what you had allowed for a story.',
  },
  // Its work was saved before anything else.
  removals: {
    what: 'The list of what is being removed or brought back',
    then: 'What was under way is not carried on: a worktree or branch of a deleted story may still be there, and what it held is under Restore….',
  },
  share: {
    what: 'With whom stories are shared',
    then: 'They are shared with nobody now: share them again.',
  },
} as const;

/** What is told of a small file that is damaged as a whole and begins anew. */
export function fileLoss(name: keyof typeof FILES, keptIn: string, at: string): StoreLoss {
  const { what, then } = FILES[name];
  const text = `${what} was damaged on disk; it is kept in ${keptIn}. ${then} Check the disk.`;
  return { id: `${name} ${keptIn}`, at, kind: 'lost', text, held: [] };
}

/** What is told where verdicts are lost. Nothing that lands depends on them: what is not known runs again. */
export function ledgerLoss(keptIn: string, at: string): StoreLoss {
  const text = `Part of the record of gate runs was damaged on disk; as it was found it is kept in ${keptIn}. Gates whose verdict is not known any more run again, and figures lack those runs. Check the disk.`;
  return { id: `ledger ${keptIn}`, at, kind: 'lost', text, held: [] };
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
