import { count } from '../../words/durations';
import type { RunFacts } from '../facts';
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
                what: `The record says that ${label} runs, and no process of it lives.`,
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
                what: `The record of run ${id} is damaged, and no process carries its name.`,
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
          : [left(run, `${run.label} was started by a window that is gone`)],
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
          : [left(run, `Run ${run.id} works in a worktree of this repository`)],
      ),
  },
} as const satisfies Rules;

function left({ id, since, processes }: RunFacts, what: string): Sighting {
  const works = processes.length === 1 ? 'works' : 'work';
  return {
    about: id,
    what: `${what}; ${count(processes.length, 'process').replace('processs', 'processes')} of it still ${works}: ${processes.join(', ')}.`,
    since,
    repair: { kind: 'endRun', id },
  };
}
