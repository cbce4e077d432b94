import type { TargetFacts } from '../../core/pipeline/facts';
import type { ReassignQuestion } from '../../core/sharing/sharingState';
import { shortRef } from '../../core/story/names';
import { underlyingStage, type Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Refs } from '../../ports/refs';
import type { Upstreams } from '../../ports/remotes';
import type { EnginePorts } from '../ports';
import { fetchFrom } from '../target/followRemote';
import { pushedTip } from '../target/pushedTip';
import { refuse, say, type Said } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

interface ReassignPorts extends Pick<EnginePorts, 'remotes' | 'sharing'> {
  readonly git: Pick<Refs, 'tip' | 'isAncestor' | 'commitsAhead'> & Upstreams;
  readonly target: () => Promise<TargetFacts>;
  /** An agent codes what nobody else does. */
  readonly hasCoder: boolean;
}

type Found = Extract<TargetFacts, { kind: 'found' }>;

/** What it means to take over this story, for the person who is about to. The remote is asked first, for what was pushed of it. */
export async function askToReassign(story: StoryRecord | null, ports: ReassignPorts): Promise<ReassignQuestion> {
  if (story === null) return NO_STORY;
  const { number, title, worksAt } = story;
  if (worksAt === undefined) return refuse(say('#{0} is not worked on by another machine.', number));
  const target = await ports.target();
  if (target.kind === 'missing') return refuse(target);
  const detail = [
    [whereItIs(story, worksAt, ports)],
    ...(await whatIsHere(story, worksAt.name, target, ports)),
    [say('On {0}’s machine what runs for it ends as soon as it hears of this, and {0} is told; branch and worktree stay there as they are. If it lands there first, it is Done here too.', worksAt.name)],
  ];
  return { kind: 'asks', question: say('Take over #{0} “{1}” from {2}?', number, title, worksAt.name), detail };
} // prettier-ignore

/** Whether the other machine is there, and what it is at. */
function whereItIs(
  { key, stage }: StoryRecord,
  { machine, name }: NonNullable<StoryRecord['worksAt']>,
  { sharing }: ReassignPorts,
): Said {
  const state = sharing?.();
  if (state?.connection !== 'connected')
    return say('This machine shares its stories with nobody now, so whether {0}’s machine is at work on it is not known.', name); // prettier-ignore
  const peer = state.peers.find((one) => one.machine === machine);
  if (peer === undefined) return say('{0}’s machine is not connected.', name);
  if (!peer.at.includes(key)) return say('{0}’s machine is connected.', name);
  return stage.name === 'Merge'
    ? say('{0}’s machine is connected, and is landing it now.', name)
    : say('{0}’s machine is connected, and is at work on it now.', name);
}

/** From which commits the work goes on here, and what comes next. */
async function whatIsHere(story: StoryRecord, owner: string, target: Found, ports: ReassignPorts): Promise<Said[][]> {
  const { git, remotes } = ports;
  const { branch } = story;
  const upstream = await git.upstreamOf(target.ref);
  const missed = remotes == null || upstream === null ? null : await fetchFrom(remotes, upstream.remote);
  const unasked =
    missed === null ? [] : [[say('{0} could not be asked what was pushed of it.', upstream?.remote ?? '')]];
  const [own, pushed] = [branch === null ? null : await git.tip(branch), await pushedTip(git, upstream, branch)];
  const start = own ?? pushed?.tip ?? null;
  const next = whatNext(story, start, ports.hasCoder);
  if (branch === null || start === null) {
    const anew = say('Its commits are not here: what {0}’s machine has not pushed stays there, and here the work begins anew on {1}.', owner, shortRef(target.ref)); // prettier-ignore
    return [...unasked, [anew, ...next]];
  }
  const commits = sayCommits(await git.commitsAhead(target.tip, start));
  const isAll = !('tip' in story.stage) || story.stage.tip === start;
  const lines = [
    own === null
      ? say('It goes on from {0} as {1} has it, with {2}.', shortRef(branch), pushed?.remote ?? '', commits)
      : say('It goes on from {0} as it is here, with {1}.', shortRef(branch), commits),
    ...(isAll ? [] : [say('{0}’s machine has proven another commit, which is not among them.', owner)]),
    ...(await more(git, own, pushed)),
    ...next,
  ];
  return [...unasked, lines];
}

/** A branch that is here stays as it is, although the remote is further. */
async function more(
  git: ReassignPorts['git'],
  own: Oid | null,
  pushed: { readonly remote: string; readonly tip: Oid } | null,
): Promise<Said[]> {
  if (own === null || pushed === null || own === pushed.tip || !(await git.isAncestor(own, pushed.tip))) return [];
  const commits = sayCommits(await git.commitsAhead(own, pushed.tip));
  return [say('{0} is {1} further, which git pull in its worktree brings.', pushed.remote, commits)];
}

function whatNext({ stage }: StoryRecord, start: Oid | null, hasCoder: boolean): Said[] {
  const under = underlyingStage(stage);
  if (stage.name === 'Frozen' || stage.name === 'Blocked')
    return [stage.name === 'Frozen' ? say('It stays frozen.') : say('It stays blocked.')];
  if ('tip' in under && under.tip === start) return [say('The gates of this machine prove it anew.')];
  const isPersons = under.name === 'Coding' && under.coder === 'person';
  return [say(hasCoder && !isPersons ? 'An agent begins on it as soon as one is free.' : 'It is in Coding then.')];
}

function sayCommits(number: number): Said {
  return number === 1 ? say('1 commit') : say('{0} commits', number);
}
