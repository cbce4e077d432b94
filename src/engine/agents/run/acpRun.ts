import type { AcpRequest, AcpRun, AcpTalking } from '../../../agents/acp/runAcp';
import type { SessionStart, TurnSoFar } from '../../../core/agents/agentTalk';
import { agentRawOutputId } from '../../../core/story/contentIds';
import { shortRef } from '../../../core/story/names';
import type { EnginePorts } from '../../ports';
import { ASK_MINUTES, type AgentTalks } from '../talks/agentTalks';
import type { TalkAccount } from './talkAccount';
import type { Work } from '../work';

/** A run over ACP, whether it is begun or gone on with. */
export interface Talking {
  readonly talks: AgentTalks;
  readonly account: TalkAccount;
  readonly onSession: (start: SessionStart, inTurn?: TurnSoFar) => void;
  /** Of the run, which stands in no file but its own; null where it has none. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly leaving: AbortSignal;
}

/** How a run over ACP is to begin. */
export type AcpBeginning = Pick<
  AcpRequest,
  'runId' | 'prompts' | 'session' | 'coldWhy' | 'about' | 'mcpServers' | 'mcp' | 'env'
>;

/** One run of an agent that is talked with. Nothing of the protocol is loaded before the first. */
export async function beginOverAcp(
  ports: EnginePorts,
  work: Work,
  talking: Talking,
  beginning: AcpBeginning,
): Promise<AcpRun> {
  const { runAcp } = await import('../../../agents/acp/runAcp');
  return within(ports, work, talking, (common) => runAcp({ ...common, ...beginning }));
}

/** Goes on with the last of these runs of an earlier process; null where that had asked the agent nothing yet. */
export async function goOnOverAcp(
  ports: EnginePorts,
  work: Work,
  talking: Talking,
  runs: readonly string[],
): Promise<AcpRun | null> {
  const { goOnAcp } = await import('../../../agents/acp/runAcp');
  return within(ports, work, talking, (common) => goOnAcp(common, runs));
}

/** As a session is told of the server. */
const TOKEN_IN_SESSION = /("name":"SWITCHYARD_TOKEN","value":")[^"]*/g;

async function within<T extends AcpRun | null>(
  ports: EnginePorts,
  work: Work,
  { talks, account, onSession, token, signal, leaving }: Talking,
  run: (common: AcpTalking) => Promise<T>,
): Promise<T> {
  const { clock, onOutput, settings } = ports;
  const { story, profile, branch, worktree, output, transcript } = work;
  /** Where the record of the run takes nothing more, its agent is told no message twice all the same. */
  const given = new Set<string>();
  const taken: Promise<void>[] = [];
  const raw = ports.content.openOutput(agentRawOutputId(story.key));
  const say = (text: string): void => {
    output.write(text);
    onOutput(story, text);
  };
  try {
    const ended = await run({
      profile,
      story: { number: story.number, title: story.title, branch: shortRef(branch) },
      worktree,
      runs: ports.kept,
      clock,
      messages: {
        next: () => {
          const next = talks.messages(story.key).filter(({ at }) => !given.has(at));
          for (const { at } of next) given.add(at);
          return next;
        },
        told: (at) => void taken.push(talks.takeMessages(story.key, at)),
        duringTurn: (interrupt) => talks.duringTurn(story.key, interrupt),
      },
      ask: async (ask, over) => {
        const { decision, why } = await account.whileAsking(talks.ask(story, profile.name, ask, over));
        if (decision === 'gone') return decision;
        const answer = `${decision === 'allow' ? 'Allowed' : 'Denied'}. ${why}`;
        transcript.note({ kind: 'note', text: answer });
        say(`\n${answer}\n`);
        return decision;
      },
      askMs: (settings().askMinutes ?? ASK_MINUTES) * 60_000,
      onSession,
      onText: say,
      onProgress: account.hear,
      transcribe: transcript.note,
      onRaw: (direction, line) => {
        // Also of a run before this one, whose session was opened with another.
        const apart = line.replaceAll(TOKEN_IN_SESSION, '$1…');
        const shown = token === null ? apart : apart.replaceAll(token, '…');
        raw.write(`${direction === 'in' ? '<' : '>'} ${shown}\n`);
      },
      signal,
      leaving,
    });
    if (ended !== null && ended.reason !== null) say(`\n${ended.reason}\n`);
    return ended;
  } finally {
    await Promise.all(taken);
    await raw.close().catch(() => undefined); // for looking alone: a full disk fails no run
  }
}
