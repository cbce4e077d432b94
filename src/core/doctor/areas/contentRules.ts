import type { DoctorFacts } from '../facts';
import { say } from '../../words/said';
import { command, type Rules, type Sighting } from '../rule';

export const contentRules = {
  bodyMissing: {
    severity: 'error',
    title: 'The text of a story is gone',
    why: 'An agent would start without knowing what is wanted.',
    advice: 'Write it again, or bring the file back from a backup.',
    find: (facts) => {
      const { content, index } = facts;
      if (content === null || index?.stories == null) return [];
      const withBody = new Set(content.stories.filter(({ hasBody }) => hasBody).map(({ key }) => key));
      return index.stories
        .filter(({ key }) => !withBody.has(key))
        .map(({ key, number, title }) => ({
          about: key,
          what: say('#{0} {1} has no text in {2}.', number, title, content.folder),
          opens: { kind: 'folder', path: content.folder },
        }));
    },
  },
  damaged: {
    severity: 'error',
    title: 'A text is damaged on disk',
    why: 'Its checksum does not fit, so parts of it are wrong.',
    advice: 'Keep what is left of it, then read it through and set right what is wrong.',
    find: (facts) =>
      (facts.content?.stories ?? []).flatMap(({ key, damaged }) =>
        damaged.map(({ what, path, since }): Sighting => ({
          about: `${key}:${what}`,
          what:
            what === 'body'
              ? say('The text of {0} is damaged, in {1}.', nameOf(facts, key), path)
              : say('What is kept beside the text of {0} is damaged, in {1}.', nameOf(facts, key), path),
          since,
          opens: { kind: 'file', path },
          ...(facts.index?.stories == null ? {} : { repair: { kind: 'keepWhatIsLeft', key, what } }),
        })),
      ),
  },
  withoutStory: {
    severity: 'warning',
    title: 'A text belongs to no story',
    why: 'A story was half-written, or its entry in the list was lost. Nothing shows this text.',
    advice: 'Look through them with Recover Half-Written Stories and make stories of those that you want.',
    find: ({ content, index }) => {
      if (content === null || index?.stories == null) return [];
      const known = new Set([...index.stories, ...index.tombstones].map(({ key }) => key));
      return content.stories
        .filter(({ key }) => !known.has(key) && !index.archived.has(key))
        .map(({ key, number }) => ({
          about: key,
          what:
            number === null
              ? say('{0} in {1} is the text of a story that is not in the list.', key, content.folder)
              : say(
                  '{0}, once #{1}, in {2} is the text of a story that is not in the list.',
                  key,
                  number,
                  content.folder,
                ),
          opens: command('recoverHalfWritten', 'Recover Half-Written Stories'),
        }));
    },
  },
  numberUnreadable: {
    severity: 'warning',
    title: 'The number beside a text cannot be read',
    why: 'Were the list of stories lost, the number could be given away a second time.',
    advice: 'Have it written again.',
    find: ({ content, index }) => {
      const numbers = new Map((index?.stories ?? []).map(({ key, number }) => [key, number]));
      return (content?.stories ?? []).flatMap(({ key, number: found }): Sighting[] => {
        const number = numbers.get(key);
        if (number === undefined || found === number) return [];
        const what =
          found === null
            ? say('The file beside the text of #{0} is missing or damaged.', number)
            : say('The file beside the text of #{0} says #{1}.', number, found);
        return [{ about: key, what, repair: { kind: 'writeNumber', key, number } }];
      });
    },
  },
  stranger: {
    severity: 'note',
    title: 'Something else lies among the texts',
    why: 'Switchyard did not put it there and does not read it.',
    advice: 'Move it away if you know what it is.',
    find: ({ content }) =>
      (content?.strangers ?? []).map(({ path, since }) => ({
        about: path,
        what: say('{0} is not one of the texts of stories.', path),
        since,
        opens: { kind: 'file', path },
      })),
  },
} as const satisfies Rules;

function nameOf({ index }: DoctorFacts, key: string): string {
  const story = index?.stories?.find((one) => one.key === key);
  return story === undefined ? `story ${key}` : `#${story.number} ${story.title}`;
}
