import type { DoctorNote } from './doctorNote';
import type { FindingId } from './examine';
import type { DoctorReport } from './report';

/** Notices of their own tell of these, each with its action. */
const TOLD: readonly FindingId[] = [
  'index.losses',
  'sessions.notWorking',
  'git.identity',
  'configuration.targetMissing',
  'configuration.invalid',
  'configuration.unknownKey',
  'configuration.agentsInvalid',
];
const MOVED: FindingId = 'worktrees.moved';

/** Null where there is nothing that matters so much. */
export function noteOf({ findings }: Pick<DoctorReport, 'findings'>): DoctorNote | null {
  const told: readonly string[] = TOLD;
  const errors = findings.filter(({ severity, id }) => severity === 'error' && !told.includes(id));
  const moved = findings
    .filter(({ id }) => id === MOVED)
    .map(({ what: message, said }) => (said === undefined ? { message } : { message, said }));
  const [first] = errors;
  return first === undefined && moved.length === 0 ? null : { errors: errors.length, first: first?.title ?? '', moved };
}
