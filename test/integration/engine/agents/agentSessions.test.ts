import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import type { AgentProfile } from '../../../../src/core/agents/profile';
import type { Clock } from '../../../../src/ports/clock';
import type { StoryRecord } from '../../../../src/core/story/story';
import type { AgentSessions } from '../../../../src/ports/agentSessions';
import { openSessions } from '../../../../src/store/sessions/sessionsFile';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

interface Start {
  readonly mode: 'warm' | 'cold';
  readonly session: string;
  readonly prompt: string;
}

describe('agents that keep their conversations', () => {
  let repository: TemporaryRepository;
  let home: TemporaryFolder;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    home = new TemporaryFolder();
    const program = path.join(projectRoot, 'test/support/talkingAgent.mjs');
    writeFileSync(home.at('claude'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
    home.remove();
  });

  /** It prints what Claude prints, and does at each start what a word of the script says. */
  function agent(script: string, more: Partial<AgentProfile> | object = {}): void {
    const env = { TALKING_HOME: home.path, TALKING_SCRIPT: script };
    const claude = { name: 'claude', preset: 'claude', command: [home.at('claude'), '{prompt}'], env };
    window.settings = { ...window.settings, agents: [{ ...claude, ...more }] };
  }
  async function started(title = 'Work'): Promise<StoryRecord> {
    return window.must(await window.newStory(title, 'Write the file.\n\n- [ ] it is written'), 'Start');
  }
  /** What is on disk. */
  const kept = (): Promise<AgentSessions> => {
    const at = (name: string): string => path.join(repository.path, '.git', 'switchyard', name);
    const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    return openSessions({ sessions: at('sessions.json'), standings: at('standings.json') }, silent);
  };
  const starts = (): Start[] =>
    existsSync(home.at('starts'))
      ? readFileSync(home.at('starts'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Start) // prettier-ignore
      : [];

  it('[A3, A4, A9] a first start is cold and chooses its conversation; what it says is text, and what it took is known', async () => {
    agent('work');
    const story = await started();
    await window.waitForStage(story, 'Done');
    const [first, ...others] = starts();
    assert.deepEqual([first?.mode, others.length], ['cold', 0]);
    assert.match(first?.session ?? '', /^[0-9a-f-]{36}$/);
    assert.match(first?.prompt ?? '', /it is written/);
    const said = (await window.session.outputsOf(story.key)).join('');
    assert.match(said, /^claude: I will work\.\nTool Write: work\.txt\nFile changed: work\.txt$/m);
    assert.doesNotMatch(said, /"type":/);
    const statistics = await window.session.statistics({ from: null, to: null });
    const { cold, warm, turns, tokens, costUsd, whyCold } = statistics.agents[0]!;
    assert.deepEqual([cold, warm, turns.sum, tokens.sum, costUsd.sum], [1, 0, 2, 120, 0.25]);
    assert.deepEqual(whyCold, [{ why: 'there is no conversation yet', count: 1 }]);
  });

  it('[A5, A6] one that breaks off is started again, warm, with what happened and without what it has read', async () => {
    agent('crash work');
    const story = await started();
    await window.waitForStage(story, 'Done');
    const [first, second] = starts();
    assert.deepEqual([first?.mode, second?.mode, second?.session], ['cold', 'warm', first?.session]);
    assert.match(
      second?.prompt ?? '',
      /^Go on with story #1: Work\.\n\nYour last run was cut off: It exited with code 1/,
    );
    assert.doesNotMatch(second?.prompt ?? '', /AGENTS\.md|PLAN\.md|it is written/);
    // Once its story has landed nobody goes on with it.
    await waitFor('the conversation to be forgotten', async () => (await kept()).list().length === 0);
  });

  it('[A6] after three more that broke off the story is blocked, with what each of them was', async () => {
    agent('crash');
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /^claude: 4 runs broke off: 1\. It exited with code 1.*4\. It exited with code 1/s);
    assert.deepEqual(starts().map(({ mode }) => mode), ['cold', 'warm', 'warm', 'warm']); // prettier-ignore
    const [session] = (await kept()).list();
    assert.deepEqual([session?.id, session?.idFrom, session?.spent.costUsd], [starts()[0]?.session, 'chosen', 1]);
    // A person begins it afresh.
    agent('crash work');
    await window.must(story, 'Unblock');
    await window.waitForStage(story, 'Done');
  });

  it('[MQ8, A4, A5] one that solves merges goes on with a conversation of its own at its next attempt, told what failed and nothing that it has read', async () => {
    const env = { TALKING_HOME: home.path, TALKING_SCRIPT: 'work markers' };
    const claude = { preset: 'claude', command: [home.at('claude'), '{prompt}'], env };
    const both = [
      { ...claude, name: 'claude' },
      { ...claude, name: 'merger', role: 'mergemaster' },
    ];
    window.settings = { ...window.settings, agents: both, reviewPaths: ['work.txt'] };
    const story = await started();
    await window.waitForStage(story, 'ReviewHold');
    await repository.commit({ 'work.txt': 'theirs\n' }, 'Theirs (#9)\n\nStory: #9\nStory-Key: k9');
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'MergeFailureFinal');
    const [coder, ...attempts] = starts();
    assert.deepEqual(attempts.map(({ mode }) => mode), ['cold', 'warm', 'warm']); // prettier-ignore
    const sessions = new Set(attempts.map(({ session }) => session));
    assert.deepEqual([sessions.size, sessions.has(coder?.session ?? '')], [1, false]);
    for (const { prompt } of attempts) assert.match(prompt, /work\.txt/);
    const [first, ...nudges] = attempts.map(({ prompt }) => prompt);
    assert.match(first ?? '', /it is written/);
    for (const nudge of nudges) {
      assert.match(nudge, /^Go on with the merge of #1 with main\.\n\nYour last attempt was not accepted\. It left conflict markers in work\.txt\./); // prettier-ignore
      assert.match(nudge, /git stopped at conflicts in:\n- work\.txt/);
      assert.doesNotMatch(nudge, /it is written|Theirs|begin/);
    }
    const roles = (await kept()).list().map(({ agent, role }) => `${agent} ${role}`);
    assert.deepEqual(roles.sort(), ['claude undefined', 'merger mergemaster']);
    const strikes = window.now(story).strikes.map(({ cause }) => cause);
    assert.equal(strikes.length, 3, strikes.join());
  });

  it('[MQ8, A5] a conversation about a merge that is not known any more is begun anew, told all of it', async () => {
    const env = { TALKING_HOME: home.path, TALKING_SCRIPT: 'work lose markers' };
    const claude = { preset: 'claude', command: [home.at('claude'), '{prompt}'], env };
    const both = [
      { ...claude, name: 'claude' },
      { ...claude, name: 'merger', role: 'mergemaster' },
    ];
    window.settings = { ...window.settings, agents: both, reviewPaths: ['work.txt'] };
    const story = await started();
    await window.waitForStage(story, 'ReviewHold');
    await repository.commit({ 'work.txt': 'theirs\n' }, 'Theirs (#9)\n\nStory: #9\nStory-Key: k9');
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'MergeFailureFinal');
    const [, ...attempts] = starts();
    assert.deepEqual(attempts.map(({ mode }) => mode).slice(0, 3), ['cold', 'warm', 'cold']); // prettier-ignore
    assert.match(attempts[2]?.prompt ?? '', /^Resolve the merge of #1 with main\n/);
  });

  it('[A5] a conversation that is not known any more is forgotten, and the agent started once more, cold, told what is there', async () => {
    agent('lose lost work');
    const story = await started();
    await window.waitForStage(story, 'Done');
    const [first, second, third, ...more] = starts();
    assert.deepEqual([first?.mode, second?.mode, third?.mode, more.length], ['cold', 'warm', 'cold', 0]);
    assert.notEqual(third?.session, first?.session);
    assert.match(third?.prompt ?? '', /This is in your folder already\. Build on it\..*Do lose/s);
    assert.match(window.warnings.join('\n'), /could not go on with its conversation, and is started once more, cold/);
  });

  it('[A5, A4] a person throws a conversation away: its agent ends, and begins anew with what is in the worktree', async () => {
    agent('crash hang work', { limits: { silenceMinutes: 15, retries: 1 } });
    const story = await started();
    await waitFor('the second run', () => window.output.join('').includes('I will hang'));
    const card = await window.waitForCard(story, 'the agent', (one) => one.agent === 'claude');
    assert.ok(card.actions.includes('startFresh'));
    const outcome = await window.session.startFresh(story.key);
    assert.equal(outcome.message, '#1: claude begins anew, with what is in the worktree.');
    await window.waitForStage(story, 'Done');
    const [first, second, third, ...more] = starts();
    assert.deepEqual([first?.mode, second?.mode, third?.mode, more.length], ['cold', 'warm', 'cold', 0]);
    assert.notEqual(third?.session, first?.session);
    assert.match(third?.prompt ?? '', /it is written.*This is in your folder already\. Build on it\..*Do crash/s);
    const { agents } = await window.session.statistics({ from: null, to: null });
    assert.deepEqual(agents[0]?.whyCold.find(({ why }) => why === 'a person asked for a fresh start')?.count, 1);
    const over = await window.session.startFresh(story.key);
    assert.equal(over.kind === 'refused' && over.message, '#1 is in Done, where no agent works on it.');
  });

  it('[A5, A4] a conversation that was thrown away stays so over a restart, and a blocked story is its agent’s again', async () => {
    agent('crash crash work', { limits: { silenceMinutes: 15, retries: 0 } });
    const story = await started();
    await window.waitForStage(story, 'Blocked');
    assert.ok(window.card(story)?.actions.includes('startFresh'));
    window.permission = 'unapproved';
    assert.equal((await window.session.startFresh(story.key)).kind, 'done');
    assert.equal(window.now(story).stage.name, 'Coding');
    const [dead] = (await kept()).list();
    assert.deepEqual(dead?.state, { kind: 'dead', cause: 'fresh', why: 'a person asked for a fresh start' });
    await window.close();
    window = new TestWindow(repository, { settings: window.settings });
    await window.open();
    await window.waitForStage(story, 'Blocked');
    assert.deepEqual(starts().map(({ mode }) => mode), ['cold', 'cold']); // prettier-ignore
  });

  it('[A13, U2, A9] what a person writes to a command line goes with its next run, warm: once this one has ended, or now', async () => {
    agent('wait work');
    const story = await started();
    const card = await window.waitForCard(story, 'what it says', ({ facts }) => facts.includes('claude: I will wait.'));
    assert.deepEqual(card.facts.slice(2), ['turn 1', 'claude: I will wait.', '0/1 criteria']);
    const kept = await window.session.writeToAgent(story.key, 'use the helper', 'atTurnEnd');
    assert.equal(kept.message, '#1: claude reads this when its run has ended, and goes on with it.');
    writeFileSync(home.at('go'), '');
    await window.waitForStage(story, 'Done');
    const [first, second, ...more] = starts();
    assert.deepEqual([first?.mode, second?.mode, second?.session, more.length], ['cold', 'warm', first?.session, 0]);
    assert.match(second?.prompt ?? '', /^Go on with story #1: Work\..*\n\nA person adds:\n\nuse the helper$/s);

    agent('x x hang work');
    const other = await started('Next');
    await waitFor('the run', () => window.output.join('').includes('I will hang'));
    const now = await window.session.writeToAgent(other.key, 'stop that', 'now');
    assert.equal(now.message, '#2: claude reads this now.');
    await window.waitForStage(other, 'Done');
    assert.deepEqual(starts().slice(2).map(({ mode }) => mode), ['cold', 'warm']); // prettier-ignore
    assert.match(starts()[3]?.prompt ?? '', /A person adds:\n\nstop that$/);
    assert.deepEqual(window.now(other).strikes, []);
  });

  it('[A13] a person who takes a story over goes on in the agent’s own program, with its environment as far as that leads somewhere', async () => {
    const env = { TALKING_HOME: home.path, TALKING_SCRIPT: 'hang work', CLAUDE_MCP: '{mcpConfig}' };
    agent('', { command: `"${home.at('claude')}" {prompt}`, env });
    const story = await started();
    await waitFor('the run', () => window.output.join('').includes('I will hang'));
    const taken = await window.session.takeOver(story.key);
    assert.ok(taken.kind === 'taken');
    assert.deepEqual(taken.command, [home.at('claude'), '--resume', starts()[0]?.session]);
    assert.deepEqual(taken.env, { TALKING_HOME: home.path, TALKING_SCRIPT: 'hang work' });
    assert.equal(taken.folder, `${repository.path}.worktrees/1-work`);
    await window.must(story, 'GivenBack');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(starts().map(({ mode }) => mode), ['cold', 'warm']); // prettier-ignore
  });

  it('[A7] work that it forgot to commit, and conflict markers that it committed, it is asked once more for, warm', async () => {
    agent('forget work');
    await window.waitForStage(await started(), 'Done');
    assert.match(starts()[1]?.prompt ?? '', /these files are not committed:\n\n- work\.txt/);
    agent('x x markers work');
    await window.waitForStage(await started('Next'), 'Done');
    const [, , third, fourth] = starts();
    assert.deepEqual([third?.mode, fourth?.mode], ['cold', 'warm']);
    assert.match(fourth?.prompt ?? '', /hold lines of git's conflict marks.*- work\.txt/s);
  });

  it('[A6] a rate limit is no strike: the story waits until the time that the agent names, also after a restart', async () => {
    agent('429t work');
    const story = await started();
    const card = await window.waitForCard(story, 'the wait', ({ why }) => why?.includes('may go on at') === true);
    assert.match(
      card.why ?? '',
      /^claude may go on at \d\d:\d\d on \d{4}-\d\d-\d\d\. It has .*, and goes on by itself\.$/,
    );
    assert.deepEqual([card.state, card.group, window.now(story).strikes], ['waiting', 'Coding', []]);
    await window.close();
    await window.open();
    await window.waitForCard(story, 'the wait again', ({ why }) => why?.includes('claude may go on at') === true);
    assert.equal(starts().length, 1);
    const [limit] = (await kept()).standings().filter((one) => one.kind === 'limit');
    assert.ok(limit !== undefined && limit.said && Date.parse(limit.until) > Date.now() + 3_000_000);
  });

  it('[A6] where the agent names no time it waits a minute and goes on by itself, warm', async () => {
    let ahead = 0;
    await window.close();
    const clock: Clock = { now: () => systemClock.now() + ahead, after: (ms, then) => systemClock.after(ms, then) };
    window = new TestWindow(repository, { clock });
    await window.open();
    agent('429 work');
    const story = await started();
    await window.waitForCard(story, 'the wait', ({ why }) => why?.includes('may go on at') === true);
    const [limit] = (await kept()).standings().filter((one) => one.kind === 'limit');
    assert.equal(Date.parse(limit?.until ?? '') - Date.parse(limit?.at ?? ''), 60_000);
    ahead = 61_000;
    window.engine.poke();
    await window.waitForStage(story, 'Done');
    assert.deepEqual(starts().map(({ mode }) => mode), ['cold', 'warm']); // prettier-ignore
    assert.deepEqual(
      (await kept()).standings().filter((one) => one.kind === 'limit'),
      [],
    );
  });

  it('[A6] one that takes more turns than it may, or hangs, is ended and goes on warm', async () => {
    agent('long work', { limits: { turns: 10 } });
    await window.waitForStage(await started(), 'Done');
    assert.match(starts()[1]?.prompt ?? '', /Your last run was cut off: It took more than 10 turns/);
    agent('x x hang work', { limits: { silenceMinutes: 0.02 } });
    await window.waitForStage(await started('Next'), 'Done');
    assert.match(starts()[3]?.prompt ?? '', /Your last run was cut off: It printed nothing for/);
  });

  it('[A6] a budget for the story that is used up blocks it; one of the day makes it wait', async () => {
    agent('crash', { limits: { perStory: { usd: 0.4 } } });
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.equal(reason, 'claude has used up its budget for #1: $0.50 of $0.4.');
    agent('crash', { limits: { perDay: { turns: 4 } } });
    const next = await started('Next');
    const card = await window.waitForCard(next, 'the wait', ({ why }) => why !== null);
    assert.match(card.why ?? '', /^claude may go on at .* It has used up its budget of this day/);
    assert.equal(starts().length, 2);
  });
});
