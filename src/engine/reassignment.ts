import type { TargetFacts } from '../core/pipeline/facts';
import type { ReassignQuestion } from '../core/sharing/sharingState';
import { shortRef } from '../core/story/names';
import { underlyingStage, type Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { count } from '../core/words/durations';
import type { Refs } from '../ports/refs';
import type { Upstreams } from '../ports/remotes';
import type { EnginePorts } from './ports';
import { fetchFrom } from './target/followRemote';
import { pushedTip } from './target/pushedTip';
import { refuse, say } from '../core/words/said';
import { NO_STORY } from '../core/story/noStory';

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
    whereItIs(story, worksAt, ports),
    ...(await whatIsHere(story, worksAt.name, target, ports)),
    `On ${worksAt.name}’s machine what runs for it ends as soon as it hears of this, and ${worksAt.name} is told; branch and worktree stay there as they are. If it lands there first, it is Done here too.`,
  ];
  return { kind: 'asks', question: `Take over #${number} “${title}” from ${worksAt.name}?`, detail: detail.join('\n\n') };
} // prettier-ignore

/** Whether the other machine is there, and what it is at. */
function whereItIs(
  { key, stage }: StoryRecord,
  { machine, name }: NonNullable<StoryRecord['worksAt']>,
  { sharing }: ReassignPorts,
): string {
  const state = sharing?.();
  if (state?.connection !== 'connected')
    return `This machine shares its stories with nobody now, so whether ${name}’s machine is at work on it is not known.`;
  const peer = state.peers.find((one) => one.machine === machine);
  if (peer === undefined) return `${name}’s machine is not connected.`;
  if (!peer.at.includes(key)) return `${name}’s machine is connected.`;
  return `${name}’s machine is connected, and ${stage.name === 'Merge' ? 'is landing it' : 'is at work on it'} now.`;
}

/** From which commits the work goes on here, and what comes next. */
async function whatIsHere(story: StoryRecord, owner: string, target: Found, ports: ReassignPorts): Promise<string[]> {
  const { git, remotes } = ports;
  const { branch } = story;
  const upstream = await git.upstreamOf(target.ref);
  const missed = remotes == null || upstream === null ? null : await fetchFrom(remotes, upstream.remote);
  const unasked = missed === null ? [] : [`${upstream?.remote ?? ''} could not be asked what was pushed of it.`];
  const [own, pushed] = [branch === null ? null : await git.tip(branch), await pushedTip(git, upstream, branch)];
  const start = own ?? pushed?.tip ?? null;
  const next = whatNext(story, start, ports.hasCoder);
  if (branch === null || start === null) {
    const anew = `Its commits are not here: what ${owner}’s machine has not pushed stays there, and here the work begins anew on ${shortRef(target.ref)}.`;
    return [...unasked, [anew, ...next].join(' ')];
  }
  const commits = count(await git.commitsAhead(target.tip, start), 'commit');
  const where = own === null ? `as ${pushed?.remote ?? ''} has it` : 'as it is here';
  const isAll = !('tip' in story.stage) || story.stage.tip === start;
  const lines = [
    `It goes on from ${shortRef(branch)} ${where}, with ${commits}.`,
    ...(isAll ? [] : [`${owner}’s machine has proven another commit, which is not among them.`]),
    ...(await more(git, own, pushed)),
    ...next,
  ];
  return [...unasked, lines.join(' ')];
}

/** A branch that is here stays as it is, although the remote is further. */
async function more(
  git: ReassignPorts['git'],
  own: Oid | null,
  pushed: { readonly remote: string; readonly tip: Oid } | null,
): Promise<string[]> {
  if (own === null || pushed === null || own === pushed.tip || !(await git.isAncestor(own, pushed.tip))) return [];
  const commits = count(await git.commitsAhead(own, pushed.tip), 'more commit');
  return [`${pushed.remote} has ${commits} of it, which git pull in its worktree brings.`];
}

function whatNext({ stage }: StoryRecord, start: Oid | null, hasCoder: boolean): string[] {
  const under = underlyingStage(stage);
  if (stage.name === 'Frozen' || stage.name === 'Blocked') return [`It stays ${stage.name.toLowerCase()}.`];
  if ('tip' in under && under.tip === start) return ['The gates of this machine prove it anew.'];
  const isPersons = under.name === 'Coding' && under.coder === 'person';
  return [hasCoder && !isPersons ? 'An agent begins on it as soon as one is free.' : 'It is in Coding then.'];
}
