import { command, type Rules } from '../rule';

export const sessionsRules = {
  notWorking: {
    severity: 'error',
    title: 'Switchyard cannot work on this repository now',
    why: 'No story starts, is proven or lands from this window, and what is shown may be old.',
    advice: 'Do what it says. It tries again by itself every few seconds.',
    find: ({ notWorking, folder }) =>
      notWorking === null ? [] : [{ about: folder, what: notWorking, opens: command('showLog', 'Show Log') }],
  },
  undecided: {
    severity: 'warning',
    title: 'An agent changed something outside its story',
    why: 'Nobody has decided whether it stays.',
    advice: 'Restore it or keep it.',
    find: ({ findings }) =>
      (findings ?? []).map(({ id, at, said }) => ({
        about: id,
        what: said,
        since: Date.parse(at),
        opens: command('reviewRunChanges', 'Restore or Keep'),
      })),
  },
} as const satisfies Rules;
