import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NOTHING_SPENT, type AgentSession } from '../../../../src/core/agents/sessions/agentSession';
import type { StartingPoint } from '../../../../src/core/agents/sessions/lookUp';
import type { AgentSessions } from '../../../../src/ports/agentSessions';
import { openSessions } from '../../../../src/store/sessions/sessionsFile';
import { TemporaryFolder } from '../../../support/temporaryFolder';

const AT = '2026-11-26T12:00:00.000Z';
const NOW = Date.parse(AT);

function session(change: Partial<AgentSession> = {}): AgentSession {
  return {
    storyKey: 'k1', number: 4, agent: 'claude', model: 'opus', transport: 'commandLine', id: 's-1', idFrom: 'chosen', version: '2.1',
    worktree: '/w/4', profile: 'p1', loadableFrom: null, begunAt: AT, usedAt: AT, spent: NOTHING_SPENT, state: { kind: 'resumable' }, ...change,
  }; // prettier-ignore
}

const START: StartingPoint = { transport: 'commandLine', worktree: '/w/4', profile: 'p1', canResume: true, now: NOW };

describe('the store of sessions', () => {
  let folder: TemporaryFolder;
  let lines: string[];
  beforeEach(() => {
    folder = new TemporaryFolder();
    lines = [];
  });
  afterEach(() => folder.remove());

  function open(): Promise<AgentSessions> {
    const log = { debug: () => undefined, info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }; // prettier-ignore
    const files = {
      sessions: path.join(folder.path, 'sessions.json'),
      standings: path.join(folder.path, 'standings.json'),
    };
    return openSessions(files, log);
  }

  it('[A4] keeps one by story, agent and model, over a restart, and says each record, look-up and prune', async () => {
    const store = await open();
    await store.record(session({ state: { kind: 'live', run: 'r1' } }));
    await store.record(session({ model: null, id: 's-2' }));
    await store.record(session({ storyKey: 'k2', number: 5, id: 's-3' }));
    await store.record(session({ id: 's-4' }));
    const again = await open();
    assert.deepEqual(again.list().map(({ id }) => id), ['s-2', 's-3', 's-4']); // prettier-ignore
    const key = { storyKey: 'k1', agent: 'claude', model: 'opus' };
    const found = again.lookUp(key, 4, START);
    assert.equal(found.kind === 'warm' && found.session.id, 's-4');
    assert.deepEqual(again.lookUp({ ...key, model: 'haiku' }, 4, START), { kind: 'cold', cause: 'none' });
    await again.prune(key, 'its agent did not know it');
    await again.pruneStory('k2', 'the story is done');
    assert.deepEqual((await open()).list().map(({ id }) => id), ['s-2']); // prettier-ignore
    assert.deepEqual(lines, [
      'session_store record #4 claude (opus): session_id=s-1 (chosen, commandLine), live in run r1',
      'session_store record #4 claude: session_id=s-2 (chosen, commandLine), resumable',
      'session_store record #5 claude (opus): session_id=s-3 (chosen, commandLine), resumable',
      'session_store record #4 claude (opus): session_id=s-4 (chosen, commandLine), resumable',
      'session_store look-up #4 claude (opus): warm session_id=s-4',
      'session_store look-up #4 claude (haiku): cold, because there is no conversation yet',
      'session_store prune #4 claude (opus): session_id=s-4, pruned: its agent did not know it',
      'session_store prune #5 claude (opus): session_id=s-3, pruned: the story is done',
    ]);
  });

  it('[A4] does not go on where what it was about is another, and says why it is cold', async () => {
    const store = await open();
    await store.record(session({ loadableFrom: '2026-11-26T12:01:00.000Z' }));
    const look = (change: Partial<StartingPoint>) => store.lookUp(session(), 4, { ...START, ...change });
    assert.deepEqual(look({ worktree: '/w/5' }), { kind: 'cold', cause: 'otherWorktree' });
    assert.deepEqual(look({ profile: 'p2' }), { kind: 'cold', cause: 'otherProfile' });
    assert.deepEqual(look({ transport: 'acp' }), { kind: 'cold', cause: 'otherTransport' });
    assert.deepEqual(look({ canResume: false }), { kind: 'cold', cause: 'cannotResume' });
    const early = look({});
    assert.deepEqual([early.kind, early.kind === 'notYet' && early.at], ['notYet', NOW + 60_000]);
    assert.equal(look({ now: NOW + 60_000 }).kind, 'warm');
    await store.record(session({ state: { kind: 'dead', why: 'gone' } }));
    assert.deepEqual(look({}), { kind: 'cold', cause: 'dead' });
    // One that was live when its host was killed was only cut off.
    await store.record(session({ state: { kind: 'live', run: 'r1' } }));
    assert.equal(look({}).kind, 'warm');
  });

  it('[A6] keeps attempts and waits over a restart; a wait of an agent takes the place of its last one', async () => {
    const store = await open();
    const attempt = { kind: 'attempt', storyKey: 'k1', stageAt: AT, at: AT, agent: 'claude', mode: 'cold', cause: 'It broke off.' } as const; // prettier-ignore
    const limit = { kind: 'limit', agent: 'claude', what: 'rate', at: AT, until: AT, said: true, times: 1 } as const;
    await store.addAttempt(attempt);
    for (const cause of ['It was lost.', 'It was lost, as another window says.'])
      await store.addAttempt({ ...attempt, run: 'r1', cause });
    await store.putLimit(limit);
    await store.putLimit({ ...limit, times: 2 });
    await store.putLimit({ ...limit, agent: 'codex' });
    const again = await open();
    assert.deepEqual(again.standings(), [
      attempt,
      { ...attempt, run: 'r1', cause: 'It was lost, as another window says.' },
      { ...limit, times: 2 },
      { ...limit, agent: 'codex' },
    ]);
    await again.endLimit('claude');
    await again.pruneStory('k1', 'it is done');
    assert.deepEqual((await open()).standings(), [{ ...limit, agent: 'codex' }]);
  });

  it('[A4] a damaged file is put aside and agents start cold; nothing else stops', async () => {
    await (await open()).record(session());
    const file = path.join(folder.path, 'sessions.json');
    writeFileSync(file, readFileSync(file).subarray(0, 40));
    const store = await open();
    assert.deepEqual(store.list(), []);
    assert.match(lines.at(-1) ?? '', /cannot be read and begins anew; it is kept in/);
    await store.record(session());
    assert.equal((await open()).list().length, 1);
  });
});
