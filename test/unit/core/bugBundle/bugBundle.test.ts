import assert from 'node:assert/strict';
import { bugBundle, type BundleFacts } from '../../../../src/core/bugBundle/bugBundle';
import { pastBoard } from '../../../../src/core/board/pastBoard';
import type { HistoryEntry } from '../../../../src/core/story/history';
import { STAGES, storyIn } from '../../../support/storyFixtures';

const AT = '2026-01-31T12:00:00.000Z';

/** What nobody may read in a bundle. Each stands wherever something of its kind can stand. */
const PLANTED = {
  title: 'Xylophone quartet rehearsal',
  body: 'Wolfram tungsten filaments glow',
  label: 'kazoolabel',
  branch: 'refs/heads/story/7-xylophone-quartet-rehearsal',
  path: '/home/quillfeather/vault projects/harpsichord',
  file: 'src/ocarina/Mandolin.ts',
  name: 'Quillfeather Smythe',
  user: 'quillfeather',
  email: 'quill@bassoon.example',
  host: 'contrabass-host',
  secret: 'ghp_VIOLAsecret1234567890VIOLA',
  variable: 'TROMBONE_VAR',
  command: 'npm run glockenspiel -- --password=sousaphone1',
  agent: 'bagpiper',
  gate: 'tambourine',
  url: 'https://clavichord.example/private/repo.git',
};

const everything = Object.values(PLANTED).join(' ; ');

const entry = (change: Partial<HistoryEntry>): HistoryEntry => ({ sequence: 9, at: AT, key: 'k7', number: 7, by: 'person', event: 'Reject', from: 'QA', to: 'Coding', evidence: '', ...change }); // prettier-ignore

function facts(): BundleFacts {
  const story = storyIn(
    { ...STAGES.Blocked, reason: everything },
    { key: 'k7', number: 7, title: PLANTED.title, labels: [PLANTED.label], branch: PLANTED.branch },
  );
  const run = { kind: 'coder', name: PLANTED.agent, role: 'coder', startedAt: 0, tip: null, progress: null } as const;
  const working = storyIn(STAGES.Coding, { key: 'k8', number: 8, title: `Second ${PLANTED.title}`, labels: [PLANTED.label] }); // prettier-ignore
  const board = pastBoard({
    time: AT,
    stories: [story, working],
    runs: new Map([['k8', run]]),
    repository: 'harpsichord',
  });
  return {
    at: AT,
    versions: { switchyard: '0.1.0', vscode: '1.139.0' },
    settings: {
      'switchyard.target': PLANTED.branch,
      'switchyard.merge.strategy': 'squash',
      'switchyard.maxCoders': 3,
      'switchyard.gates': [
        { name: PLANTED.gate, command: [PLANTED.command], timeoutMinutes: 5, paths: [PLANTED.file] },
      ],
      'switchyard.agents': [
        { name: PLANTED.agent, env: { [PLANTED.variable]: PLANTED.secret }, command: PLANTED.command },
      ],
    },
    ownWords: ['merge', 'squash', 'rebase'],
    board: { ...board, notices: [{ severity: 'error', text: everything, action: null }] },
    history: [
      entry({ evidence: JSON.stringify({ feedback: { kind: 'review', summary: everything, files: [PLANTED.file], outputId: null } }) }), // prettier-ignore
      entry({ by: `agent ${PLANTED.agent}`, event: 'BranchNamed', evidence: PLANTED.branch }),
      entry({ by: PLANTED.name, event: 'Described', evidence: everything }),
      entry({ event: 'MergeSucceeded', to: 'Done', evidence: JSON.stringify({ mergeCommit: 'a'.repeat(40), mergedAt: AT, by: 'queue' }) }), // prettier-ignore
    ],
    statistics: {
      range: { from: null, to: null },
      landed: [{ day: '2026-01-31', count: 2 }],
      sinceCreated: null,
      sinceCoding: null,
      stages: [],
      gates: [{ gate: PLANTED.gate, runs: 1, passed: 1, failed: 0, trees: 1, flaky: 0, time: null }],
      agents: [
        {
          agent: PLANTED.agent,
          cold: 1,
          warm: 0,
          whyCold: [{ why: everything, count: 1 }],
          time: null,
          turns: UNKNOWN,
          tokens: UNKNOWN,
          costUsd: UNKNOWN,
        },
      ],
    },
    log: [
      `[store] refused: ${everything}`,
      `fatal: '${PLANTED.path}/.git' is not a repository; run ${PLANTED.path}.worktrees/7-xylophone-quartet-rehearsal`,
      `Author: ${PLANTED.name} <${PLANTED.email}> on ${PLANTED.host}`,
      `said "${PLANTED.body.toUpperCase()}"`,
      '[merge:#7] reassigned: it stood at gating',
    ],
    words: [
      { kind: 'title', text: PLANTED.title },
      { kind: 'text', text: PLANTED.body },
      { kind: 'label', text: PLANTED.label },
      { kind: 'branch', text: PLANTED.branch },
      { kind: 'path', text: PLANTED.path },
      { kind: 'name', text: PLANTED.name },
      { kind: 'name', text: PLANTED.user },
      { kind: 'name', text: PLANTED.host },
      { kind: 'email', text: PLANTED.email },
    ],
  };
}

const UNKNOWN = { sum: 0, of: 0 };

describe('bug bundle', () => {
  it('[U9] nothing that a person wrote, named or keeps secret is in it, wherever it stood', () => {
    const text = bugBundle(facts()).toLowerCase();
    const bits = Object.values(PLANTED).flatMap((one) => [one, ...one.split(/[^A-Za-z0-9]+/)]);
    const said = new Set(['story', 'refs', 'heads', 'home', 'example', 'https', 'secret', 'host', 'private', 'projects', 'password', 'repo', 'git', 'src', 'npm', 'run', 'var']); // prettier-ignore
    for (const bit of bits) {
      if (bit.length < 4 || said.has(bit.toLowerCase())) continue;
      assert.ok(!text.includes(bit.toLowerCase()), `${bit} is in the bundle`);
    }
  });

  it('[U9] what happened can still be followed in it', () => {
    const bundle = JSON.parse(bugBundle(facts())) as Record<string, never> & {
      board: { cards: { number: number; title: string; stage: string; state: string }[] };
      history: { event: string; by: string; evidence: { mergeCommit?: string } }[];
      settings: Record<string, unknown>;
      log: string[];
    };
    const cards = bundle.board.cards.map(({ number, stage, state }) => [number, stage, state]);
    assert.deepEqual(cards.sort(), [[7, 'Blocked', 'cold'], [8, 'Coding', 'working']]); // prettier-ignore
    assert.deepEqual(bundle.history.map(({ event }) => event), ['Reject', 'BranchNamed', 'Described', 'MergeSucceeded']); // prettier-ignore
    assert.equal(bundle.history[3]!.evidence.mergeCommit, 'a'.repeat(40));
    assert.equal(bundle.settings['switchyard.merge.strategy'], 'squash');
    assert.equal(bundle.settings['switchyard.maxCoders'], 3);
    assert.equal(bundle.log.at(-1), '[merge:#7] reassigned: it stood at gating');
    const title = bundle.board.cards.find(({ number }) => number === 7)!.title;
    assert.ok(bundle.log[0]!.includes(title), 'a title is the same in board and log');
  });
});
