import { CHECK_DISK } from '../../core/recovery/lossText';
import { lossOf, type StoreLoss } from '../../core/recovery/storeLoss';
import type { StoryRecord } from '../../core/story/story';
import { say } from '../../core/words/said';
import type { DamagedContent } from '../content/textMending';

/** What is told of a damaged content. A story whose text is damaged is held: nobody works by half a text. */
export function contentLoss(
  { key, what, keptIn }: DamagedContent,
  story: StoryRecord | undefined,
  at: string,
  earlierTexts: number,
): StoreLoss {
  const name = story === undefined ? say('A story that is gone') : `#${story.number}`;
  const kept = say('What is left of it is shown and marked; as it was found it is kept in {0}.', keptIn);
  const loss = { id: `content ${keptIn}`, at, kind: 'lost' } as const;
  if (what !== 'body') {
    const output = say('{0}: an output that was kept was damaged on disk.', name);
    return lossOf({ ...loss, held: [] }, [output, kept, CHECK_DISK]);
  }
  const earlier =
    earlierTexts === 0
      ? say('No earlier text is kept: mend what is left.')
      : say('Go Back to Earlier Text offers what it was before; or mend what is left.');
  const text = say('{0}: its text was damaged on disk.', name);
  return lossOf({ ...loss, held: [key] }, [text, kept, earlier, say('Then acknowledge this.'), CHECK_DISK]);
}

/** What is told of small files that are damaged, by what the loss is named after: what it was, and what it means. */
const FILES = {
  // Nobody knows any more what it named.
  findings: {
    what: say('The list of what agents changed outside their stories'),
    then: say('Look whether the target and your stash are as you left them, then acknowledge this.'),
  },
  quarantines: {
    what: say('The list of quarantined gates'),
    then: say('No gate is quarantined now, so each red one stops its story: quarantine again what you had.'),
  },
  words: {
    what: say('What you said to agents'),
    then: say('Messages that had not been read are lost, so write them again, and agents ask again for what you had allowed for a story.'), // prettier-ignore
  },
  // Its work was saved before anything else.
  removals: {
    what: say('The list of what is being removed or brought back'),
    then: say('What was under way is not carried on: a worktree or branch of a deleted story may still be there, and what it held is under Restore….'), // prettier-ignore
  },
  share: {
    what: say('With whom stories are shared'),
    then: say('They are shared with nobody now: share them again.'),
  },
} as const;

/** What is told of a small file that is damaged as a whole and begins anew. */
export function fileLoss(name: keyof typeof FILES, keptIn: string, at: string): StoreLoss {
  const { what, then } = FILES[name];
  const said = say('{0} was damaged on disk; it is kept in {1}.', what, keptIn);
  return lossOf({ id: `${name} ${keptIn}`, at, kind: 'lost', held: [] }, [said, then, CHECK_DISK]);
}

/** What is told where verdicts are lost. Nothing that lands depends on them: what is not known runs again. */
export function ledgerLoss(keptIn: string, at: string): StoreLoss {
  return lossOf({ id: `ledger ${keptIn}`, at, kind: 'lost', held: [] }, [
    say('Part of the record of gate runs was damaged on disk; as it was found it is kept in {0}.', keptIn),
    say('Gates whose verdict is not known any more run again, and figures lack those runs.'),
    CHECK_DISK,
  ]);
}

/** What is told of texts that are gone altogether. Nobody works by a text that is not there. */
export function textsGone(
  keys: readonly string[],
  story: (key: string) => StoryRecord | undefined,
  at: string,
): StoreLoss {
  const names = { names: keys.map((key) => `#${story(key)?.number ?? '?'}`) };
  return lossOf({ id: `texts gone ${at} ${keys[0] ?? ''}`, at, kind: 'lost', held: [...keys] }, [
    say('The text of {0} is gone from the disk.', names),
    say('Titles, stages and branches are there; write the text again, then acknowledge this.'),
    CHECK_DISK,
  ]);
}
