import type { AcpRequest, AcpRun } from '../agents/acp/runAcp';
import type { SessionStart } from '../core/agents/agentTalk';
import { withMessages } from '../core/agents/prompt';
import { agentRawOutputId } from '../core/story/contentIds';
import { shortRef } from '../core/story/names';
import type { EnginePorts } from './ports';
import { ASK_MINUTES, type AgentTalks } from './talks/agentTalks';
import type { TalkAccount } from './talkAccount';
import type { Work } from './work';

/** How a run over ACP is to begin. */
export interface AcpBeginning {
  readonly runId: string;
  readonly prompts: { readonly cold: string; readonly warm: string };
  /** The session to go on with; null for none, and why. */
  readonly session: string | null;
  readonly coldWhy: string;
  /** What another process has to know of the run. */
  readonly about: unknown;
  readonly mcpServers: AcpRequest['mcpServers'];
  readonly mcp?: NonNullable<AcpRequest['mcp']>;
  readonly onSession: (start: SessionStart) => void;
  readonly account: TalkAccount;
}

/** One run of an agent that is talked with. Nothing of the protocol is loaded before the first. */
export async function runOverAcp(
  ports: EnginePorts,
  talks: AgentTalks,
  work: Work,
  beginning: AcpBeginning,
): Promise<AcpRun> {
  const { runAcp } = await import('../agents/acp/runAcp');
  const { clock, onOutput, settings } = ports;
  const { story, profile, branch, worktree, env, output, transcript } = work;
  const raw = ports.content.openOutput(agentRawOutputId(story.key));
  const { account } = beginning;
  const say = (text: string): void => {
    output.write(text);
    onOutput(story, text);
  };
  const waiting = await talks.takeMessages(story.key);
  const tokens = tokensOf(beginning.mcpServers);
  const run = await runAcp({
    profile,
    story: { number: story.number, title: story.title, branch: shortRef(branch) },
    worktree,
    ...beginning,
    prompts: {
      cold: withMessages(beginning.prompts.cold, waiting),
      warm: withMessages(beginning.prompts.warm, waiting),
    },
    runs: ports.kept,
    clock,
    env,
    messages: {
      take: () => talks.takeMessages(story.key),
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
    onText: say,
    onProgress: account.hear,
    transcribe: transcript.note,
    onRaw: (direction, line) => {
      const shown = tokens.reduce((text, token) => text.replaceAll(token, '…'), line);
      raw.write(`${direction === 'in' ? '<' : '>'} ${shown}\n`);
    },
    signal: account.signal,
  })
    .catch(async (error: unknown) => {
      await talks.returnMessages(story.key, waiting);
      throw error;
    })
    .finally(() => raw.close().catch(() => undefined)); // for looking alone: a full disk fails no run
  if (run.reason !== null) say(`\n${run.reason}\n`);
  return run;
}

/** The token of a run is good as long as the run goes on, and stands in no file but its own. */
function tokensOf(servers: AcpRequest['mcpServers']): string[] {
  const variables = servers.flatMap((server) => ('env' in server ? server.env : []));
  return variables.filter(({ name }) => name === 'SWITCHYARD_TOKEN').map(({ value }) => value);
}
