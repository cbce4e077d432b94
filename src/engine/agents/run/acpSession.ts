import { sha256 } from '../../../base/sha256';
import { pause } from '../../../base/pause';
import type { AgentUsage, SessionStart } from '../../../core/agents/agentTalk';
import type { AgentProfile } from '../../../core/agents/profile';
import { COLD_CAUSES } from '../../../core/agents/sessions/lookUp';
import {
  isSameKey,
  NOTHING_SPENT,
  type AgentSession,
  type SessionSpent,
} from '../../../core/agents/sessions/agentSession';
import { spentBySession } from '../../../core/agents/talkSpent';
import type { AgentSessions } from '../../../ports/agentSessions';
import { sessionKeyOf } from './agentStart';
import type { EnginePorts } from '../../ports';
import type { Work } from '../work';

type SessionPorts = Pick<EnginePorts, 'sessions' | 'clock' | 'log'>;

/** The session that a run over ACP goes on with; null for none, and why. */
export async function sessionFor(
  { sessions, clock, log }: SessionPorts,
  work: Work,
): Promise<{ readonly session: string | null; readonly coldWhy: string }> {
  const { story, profile, worktree, signal } = work;
  const start = { transport: 'acp' as const, worktree, profile: hashOf(profile), canResume: true, now: clock.now() };
  const found = sessions.lookUp(sessionKeyOf(work), story.number, start);
  if (found.kind === 'cold') return { session: null, coldWhy: COLD_CAUSES[found.cause] };
  if (found.kind === 'notYet') {
    log.info(`[agent:${story.number}:${profile.name}] waits until its session can be loaded`);
    await pause(clock, Math.max(0, found.at - clock.now()), signal);
  }
  return { session: found.session.id, coldWhy: COLD_CAUSES.failed };
}

/** What a session has taken that a run goes on with, and nothing of a new one. */
export function spentBefore(
  { sessions }: Pick<SessionPorts, 'sessions'>,
  { story }: Work,
  start: SessionStart,
): SessionSpent {
  return knownSession(sessions, story.key, start)?.spent ?? NOTHING_SPENT;
}

function knownSession(sessions: AgentSessions, storyKey: string, start: SessionStart): AgentSession | undefined {
  return sessions.list().find((one) => one.id === start.sessionId && one.storyKey === storyKey);
}

/** On disk before the agent is asked anything, so that whoever comes next can go on with it. */
export async function noteSession(
  { sessions, clock }: SessionPorts,
  work: Work,
  start: SessionStart,
  run: string,
): Promise<void> {
  const { story, profile, worktree } = work;
  const key = sessionKeyOf(work);
  if (start.mode === 'cold' && start.lost !== null) await sessions.prune(key, `${start.why}: ${start.lost}`);
  const known = knownSession(sessions, story.key, start);
  const at = new Date(clock.now()).toISOString();
  const session: AgentSession = {
    ...key,
    number: story.number,
    transport: 'acp',
    id: start.sessionId,
    idFrom: 'acp',
    version: null,
    worktree,
    profile: hashOf(profile),
    loadableFrom: isGemini(profile) && start.mode === 'cold' ? nextMinute(clock.now()) : null,
    begunAt: known?.begunAt ?? at,
    usedAt: at,
    spent: known?.spent ?? NOTHING_SPENT,
    state: { kind: 'live', run },
  };
  await sessions.record(session);
}

/** It can be gone on with from now on; what it took is what the agent says of its session. */
export async function endSession({ sessions, clock }: SessionPorts, work: Work, usage: AgentUsage): Promise<void> {
  const key = sessionKeyOf(work);
  const live = sessions.list().find((one) => isSameKey(one, key));
  if (live?.state.kind !== 'live') return;
  await sessions.record({
    ...live,
    usedAt: new Date(clock.now()).toISOString(),
    spent: spentBySession(live.spent, usage),
    state: { kind: 'resumable' },
  });
}

function hashOf({ command, env, transport, mode, options }: AgentProfile): string {
  return sha256(JSON.stringify([command, env, transport, mode, options])).slice(0, 16);
}

/** It loses a session that is loaded in the minute in which it began. */
function isGemini({ command }: AgentProfile): boolean {
  return /(?:^|[\\/])gemini(?:\.\w+)?(?:\s|$)/.test(typeof command === 'string' ? command : (command[0] ?? ''));
}

function nextMinute(now: number): string {
  return new Date((Math.floor(now / 60_000) + 1) * 60_000 + 1000).toISOString();
}
