import { sayFinding } from '../agents/finding';
import type { SharingState } from '../sharing/sharingState';
import type { DoctorNote } from '../doctor/doctorNote';
import { pushWords } from '../landing/push';
import { sayLock } from '../landing/leftLock';
import { sayLandedRed } from '../pipeline/landedRed';
import { sayGreenAgain, sayRedTarget } from '../pipeline/targetHealth';
import { isUnderWay } from '../story/stage';
import type { GitWait, PipelineFacts, RoundProblem } from '../pipeline/facts';
import { canBePulled, describeBehind } from '../pipeline/targetBehind';
import { duration } from '../words/durations';
import { asWritten, inBoth, say, sayTold, type Said, type Told } from '../words/said';
import { whyNotOurTurn } from './cardInputs';
import type { NoticeAction, NoticeSeverity } from './boardNames';

/** Something about the whole repository that keeps stories from moving, and the action that changes it. */
export interface Notice {
  readonly severity: NoticeSeverity;
  readonly text: string;
  /** `text`, to be said in another language; not there where it is English only. */
  readonly said?: readonly Said[];
  readonly action: { readonly id: NoticeAction; readonly label: string } | null;
  /** It is notified of once for each of these, whatever else of its text changes. */
  readonly once?: string;
}

/** What holds the whole pipeline up, the most important first. */
export function noticesOf(facts: PipelineFacts): Notice[] {
  const notices: Notice[] = [];
  const add = (severity: Notice['severity'], words: Words, action: Notice['action'] = null, once?: string) =>
    notices.push({ severity, ...inBoth(words), action, ...(once !== undefined && { once }) });
  if (facts.storeProblem !== null) add('error', facts.storeProblem);
  if (facts.roundProblem !== null) {
    add('error', describeRoundProblem(facts.roundProblem, facts.now), { id: 'showLog', label: 'Show Log' });
  }
  for (const wait of facts.gitWaits) {
    add('warning', describeGitWait(wait, facts.now), { id: 'stopWaiting', label: 'Stop Waiting' });
  }
  for (const lock of facts.locks) {
    add('warning', sayLock(lock, facts.now), { id: 'removeLocks', label: 'Remove Lock' });
  }
  for (const loss of facts.losses) {
    add(loss.kind === 'lost' ? 'error' : 'info', loss.said ?? loss.text, {
      id: 'acknowledgeLoss',
      label: 'Acknowledge',
    });
  }
  for (const finding of facts.findings) {
    const severity = finding.kind === 'targetMoved' ? 'error' : 'warning';
    add(severity, sayFinding(finding), { id: 'reviewRunChanges', label: 'Restore or Keep' });
  }
  for (const { gate, test, since } of facts.quarantines ?? []) {
    const day = since.slice(0, 10);
    const words =
      test === undefined
        ? say('Gate {0} is quarantined since {1}: stories land though it is red.', gate, day)
        : say('Test {0} of gate {1} is quarantined since {2}: stories land though it is red.', test, gate, day);
    add('info', words, { id: 'quarantineGate', label: 'Quarantine Gate…' });
  }
  const push = facts.push == null ? null : pushWords(facts.push);
  if (push !== null) {
    const { severity, said, button } = push;
    add(severity, said, button === null ? null : { id: 'pushTarget', label: button });
  }
  if (facts.redTarget != null && facts.target.kind === 'found') {
    const action = { id: 'redTarget', label: 'What to Do' } as const;
    add('error', sayRedTarget(facts.redTarget, facts.target.ref), action, `red ${facts.redTarget.ranAgain?.at ?? ''}`);
  }
  for (const red of facts.landedRed ?? []) {
    if (facts.target.kind === 'found') add('warning', sayLandedRed(red, facts.target.ref));
  }
  for (const [severity, text] of sharingNotices(facts)) add(severity, text, { id: 'shareStories', label: 'Sharing…' });
  for (const notice of doctorNotices(facts.doctor ?? null)) notices.push(notice);
  if (facts.permission === 'untrusted') {
    add('warning', say('This workspace is not trusted, so no agent and no gate runs here.'), {
      id: 'manageTrust',
      label: 'Manage Workspace Trust',
    });
  }
  if (facts.permission === 'unapproved') {
    add('warning', say('The configured commands wait for your approval. No agent and no gate runs before.'), {
      id: 'approveCommands',
      label: 'Review Commands',
    });
  }
  for (const number of facts.criteriaWaiting ?? []) {
    const words = say('Criteria of #{0} name commands that run on what landed once you have approved them.', number);
    add('warning', words, { id: 'approveCommands', label: 'Review Commands' });
  }
  // While no round gets through nobody knows what the target is.
  if (facts.target.kind === 'missing' && facts.roundProblem === null) {
    add('error', facts.target, { id: 'setTarget', label: 'Choose Target Branch' });
  }
  const behind = describeBehind(facts.target, facts.stories);
  if (behind !== null) add('info', behind, canBePulled(facts.target) ? { id: 'pullTarget', label: 'Pull' } : null);
  if (facts.greenAgain != null && facts.redTarget == null && facts.target.kind === 'found') {
    const left = facts.stories.filter((one) => one.repairsTarget && isUnderWay(one)).map(({ number }) => number);
    add('info', sayGreenAgain(facts.greenAgain, facts.target.ref, left), null, `green ${facts.greenAgain.since}`);
  }
  if (facts.gates.kind === 'invalid') add('error', facts.gates, { id: 'editGates', label: 'Edit Gates' });
  if (facts.agentProblem !== null) add('error', facts.agentProblem, { id: 'editAgents', label: 'Edit Agents' });
  if (facts.identity === 'missing') {
    add('error', say('Git does not know who you are, so nothing can be merged. Set user.name and user.email.'), {
      id: 'setIdentity',
      label: 'Set Git Identity',
    });
  }
  return notices;
}

type Words = string | Said | readonly Said[] | Told;

/** What is to be known of sharing: nothing while all is well, or is about to be by itself. */
function sharingNotices(facts: PipelineFacts): [Notice['severity'], Words][] {
  const { sharing } = facts;
  if (sharing === undefined) return [];
  const told = sharing.notices.map(({ text, said }): [Notice['severity'], Words] => ['warning', said ?? text]);
  return sharing.url === null ? told : [...whatStopsSharing(sharing), ...whatOfTurns(sharing, facts), ...told];
}

function whatOfTurns({ landsAlone }: SharingState, facts: PipelineFacts): [Notice['severity'], Said][] {
  if (landsAlone) return [['info', say('This machine lands without waiting for its turn. Nothing is lost by it; what others land meanwhile is built anew.')]];
  const said = facts.landingTurn?.kind === 'overdue' ? whyNotOurTurn(facts) : null;
  return said === null ? [] : [['warning', said]];
} // prettier-ignore

/** Before what is only told: of several a view that has room for one shows the first. */
function whatStopsSharing({ held, problem, isTold, url }: SharingState): [Notice['severity'], Words][] {
  const said: [Notice['severity'], Words][] = [];
  if (held !== null)
    said.push([
      'error',
      say('What others sent is held and changes nothing: {0} Until you decide nothing of theirs comes in.', held.said),
    ]);
  if (problem !== null) said.push(['error', problem]);
  else if (isTold)
    said.push([
      'warning',
      say('{0} cannot be reached, so nothing is shared for now. Changes are kept and shared later.', url ?? ''),
    ]);
  return said;
}

/** One line each: the report has the rest. */
function doctorNotices(note: DoctorNote | null): Notice[] {
  if (note === null) return [];
  const { errors, first, moved } = note;
  const found =
    errors === 1
      ? say('Doctor found 1 error: {0}.', say(first))
      : say('Doctor found {0} errors, first: {1}.', errors, say(first));
  const lost = [
    ...(moved[0] === undefined ? [] : sayTold(moved[0])),
    ...(moved.length > 1 ? [say('So it is with {0} more.', moved.length - 1)] : []),
    say('Nothing in it can be committed or landed before it is linked again.'),
  ];
  return [
    ...(errors > 0
      ? [{ severity: 'error', ...inBoth(found), action: { id: 'runDoctor', label: 'Run Doctor' } } as const]
      : []),
    ...(moved.length > 0
      ? [
          {
            severity: 'warning',
            ...inBoth(lost),
            action: { id: 'repairWorktrees', label: 'Repair Moved Worktrees' },
          } as const,
        ]
      : []),
  ];
}

/** Which program, since when and where, and what to do. Git itself is at work, rather than waiting, for all one can see. */
function describeGitWait({ verb, program, cwd, since }: GitWait, now: number): Said {
  const length = duration(now - since);
  if (program.startsWith('git '))
    return say('{0} has been at work for {1} in {2}. Other stories go on.', program, length, cwd);
  return say('git {0} has waited for {1} in {2} for {3}. Try {3} there in a terminal: it may be asking for something. Other stories go on.', verb, length, cwd, program); // prettier-ignore
}

/** What does not work, since when, what that stops, and what to do: the whole error, because nobody sees it elsewhere. */
function describeRoundProblem(problem: RoundProblem, now: number): Said[] {
  const length = duration(Math.max(0, now - problem.since));
  const stops = say('Until then no story starts, is proven or lands.');
  if (problem.kind === 'hangs') {
    return [
      say('Switchyard has been waiting for {0} for an answer from git or the disk.', length),
      stops,
      say('Look for a git that asks for something, or a drive that does not respond.'),
    ];
  }
  const [reason = '', ...more] = problem.why.split('\n').map((line) => line.trim().replace(/[.:]$/, ''));
  const rest = more.filter((line) => line !== '').map((line) => asWritten(`${line}.`));
  return [
    say('Switchyard has failed to look after this repository for {0}: {1}.', length, reason),
    ...rest,
    say('It tries again every few seconds by itself.'),
    stops,
  ];
}
