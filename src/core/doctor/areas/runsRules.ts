import type { RunFacts } from '../facts';
import { say, type Said } from '../../words/said';
import type { Rules, Sighting } from '../rule';

/** A run is on record before its first process starts; a younger record (ms) may be just that. */
const STARTING_MS = 10_000;

export const runsRules = {
  recordLeft: {
    severity: 'note',
    title: 'A run is on record whose processes are gone',
    why: 'It is only a trace of a window that was killed.',
    advice: 'Have the record removed.',
    find: ({ runs, now }) =>
      (runs ?? []).flatMap(({ id, label, since, record, processes, isOurs }): Sighting[] =>
        record !== 'there' || processes.length > 0 || isOurs || now - (since ?? 0) < STARTING_MS
          ? []
          : [
              {
                about: id,
                what: say('The record says that {0} runs, and no process of it lives.', label),
                since,
                repair: { kind: 'removeRunRecord', id },
              },
            ],
      ),
  },
  unreadable: {
    severity: 'warning',
    title: 'The record of a run cannot be read',
    why: 'Which process it was started as is not known any more; processes are still found by the name of the run.',
    advice: 'Have the record removed if none of its processes lives.',
    find: ({ runs }) =>
      (runs ?? []).flatMap(({ id, record, processes }): Sighting[] =>
        record !== 'unreadable' || processes.length > 0
          ? []
          : [
              {
                about: id,
                what: say('The record of run {0} is damaged, and no process carries its name.', id),
                repair: { kind: 'removeRunRecord', id },
              },
            ],
      ),
  },
  processesLeft: {
    severity: 'error',
    title: 'Processes of an earlier run still work',
    why: 'They can change files of a worktree while another run works there.',
    advice: 'End them.',
    find: ({ runs }) =>
      (runs ?? []).flatMap((run): Sighting[] =>
        run.record === 'missing' || run.isOurs || run.processes.length === 0
          ? []
          : [left(run, say('{0} was started by a window that is gone.', run.label))],
      ),
  },
  withoutRecord: {
    severity: 'error',
    title: 'Processes of a run work that nobody has on record',
    why: 'No window answers for them, and they can change files of a worktree.',
    advice: 'End them.',
    find: ({ runs }) =>
      (runs ?? []).flatMap((run): Sighting[] =>
        run.record !== 'missing' || run.isOurs || run.processes.length === 0
          ? []
          : [left(run, say('Run {0} works in a worktree of this repository.', run.id))],
      ),
  },
} as const satisfies Rules;

function left({ id, since, processes }: RunFacts, what: Said): Sighting {
  const still =
    processes.length === 1
      ? say('1 process of it still works: {0}.', processes.join(', '))
      : say('{0} processes of it still work: {1}.', processes.length, processes.join(', '));
  return {
    about: id,
    what: [what, still],
    since,
    repair: { kind: 'endRun', id },
  };
}
