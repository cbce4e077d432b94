import type { Rules } from '../rule';
import { damaged, foreign } from './indexRules';

export const ledgerRules = {
  foreign: {
    severity: 'warning',
    title: 'The record of gate runs is not one that this version can read',
    why: 'What gates said before is not known, so they run again, and figures lack their runs.',
    advice: 'Update Switchyard. If another program wrote that file, move it away and reload the window.',
    find: ({ ledger }) => foreign(ledger ?? undefined),
  },
  damaged: {
    severity: 'warning',
    title: 'The record of gate runs is damaged on disk',
    why: 'Gates whose verdict is not known any more run again, and figures lack those runs.',
    advice: 'Check the disk, then reload the window: what is whole is kept, and the rest is put aside.',
    find: ({ ledger }) => damaged(ledger ?? undefined),
  },
} as const satisfies Rules;
