import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentLimit } from '../../../../src/core/agents/sessions/standing';
import type { StoryRecord } from '../../../../src/core/story/story';
import { openSessions } from '../../../../src/store/sessions/sessionsFile';
import { keeperBundle } from '../../../contract/agents/keptRunsUnderTest';
import { isAlive } from '../../../support/isAlive';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const program = (name: string): string => path.join(projectRoot, 'test', 'support', name);
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** How the one scripted agent is reached: its keeper is there either way. */
const WAYS = { 'as a command line': false, 'over ACP': true } as const;

/** Names of the agent, so that what a limit of its service holds is one of them alone. */
type Name = 'scripted' | 'impatient' | 'limited' | 'timed' | 'spent';

for (const [way, talks] of Object.entries(WAYS)) {
  describe(`whatever an agent does, ${way}`, () => {
    let repository: TemporaryRepository;
    let window: TestWindow;
    let number = 0;
    const begin: (() => Promise<void>)[] = [];

    const at = (name: string): string => path.join(repository.folder, name);
    const landed = (name: string): Promise<string> => repository.git('show', `main:${name}`);
    const log = (): string[] => readFileSync(path.join(at('agent'), 'log'), 'utf8').split('\n');

    function agent(name: Name, limits: object = {}, nudged?: string): object {
      const env = { ACP_AGENT: JSON.stringify({ state: at('agent'), load: true, close: true, apart: true, nudged }) };
      const how = talks
        ? { transport: 'acp', command: [process.execPath, program('acpAgent.mjs')] }
        : { preset: 'claude', command: [at('claude'), '{prompt}'] };
      return { name, role: 'coder', env, limits, ...how };
    }

    async function started(title: string, steps: readonly string[], by: Name): Promise<StoryRecord> {
      const worktree = `${repository.path}.worktrees/${(number += 1)}-${title}`;
      const filled = steps.map((step) => step.replaceAll('{worktree}', worktree).replaceAll('{repository}', repository.path).replaceAll('{folder}', repository.folder)); // prettier-ignore
      const story = await window.newStory(title, `Do it.\n\`\`\`acp\n${filled.join('\n')}\n\`\`\`\n`);
      if (by !== 'scripted') await window.session.describe(story.key, { agent: by });
      return window.must(story, 'Start');
    }

    /** All are at work at once; what came of each is looked at by itself. */
    function behaves(title: string, text: string, steps: readonly string[], then: (story: StoryRecord) => Promise<void>, by: Name = 'scripted'): void {
      let story: StoryRecord | null = null;
      begin.push(async () => void (story = await started(title, steps, by)));
      it(text, async () => {
        assert.ok(story !== null);
        await then(story);
      });
    } // prettier-ignore
    const lands = (file: string, text: string) => async (story: StoryRecord) => {
      await window.waitForStage(story, 'Done');
      assert.equal(await landed(file), text);
    };
    const isBlocked = (why: RegExp) => async (story: StoryRecord) =>
      assert.match((await window.waitForStage(story, 'Blocked')).reason, why);
    const waits =
      (wanted: Pick<AgentLimit, 'what' | 'said'>) =>
      async (story: StoryRecord): Promise<void> => {
        const { why } = await window.waitForCard(story, 'the wait', (card) => card.why?.includes('may go on at') === true); // prettier-ignore
        const store = path.join(repository.path, '.git', 'switchyard');
        const files = { sessions: path.join(store, 'sessions.json'), standings: path.join(store, 'standings.json') };
        const limits = (await openSessions(files, QUIET)).standings().flatMap((one) => (one.kind === 'limit' ? [one] : [])); // prettier-ignore
        const { what, said } = limits.find((one) => why?.startsWith(`${one.agent} may`))!;
        assert.deepEqual({ what, said }, wanted);
        assert.deepEqual([window.now(story).stage.name, window.now(story).strikes], ['Coding', []]);
      };

    before(async () => {
      repository = await TemporaryRepository.create({ branch: 'main' });
      await repository.commit({ 'README.md': 'here\n' }, 'Begin');
      writeFileSync(at('claude'), `#!/bin/sh\nexec '${process.execPath}' '${program('lineAgent.mjs')}' "$@"\n`, { mode: 0o755 }); // prettier-ignore
      const agents = [agent('scripted'), agent('impatient', { silenceMinutes: 0.02, retries: 0 }), agent('limited', {}, 'limit rate'), agent('timed'), agent('spent')]; // prettier-ignore
      window = new TestWindow(repository, { keeper: keeperBundle(), settings: { agents, maxCoders: 50 } }); // prettier-ignore
      await window.open();
      for (const one of begin) await one();
    });
    after(async () => {
      await window.close();
      await repository.dispose();
    });

    behaves('commits', '[A1] edits and commits: it lands', ['write a.txt a', 'commit It'], lands('a.txt', 'a'));

    behaves(
      'forgets',
      '[A7] forgets to commit: it is asked once more, and lands',
      ['write f.txt f'],
      lands('f.txt', 'f'),
    );

    behaves('hangs', '[A6] hangs: it is ended', ['say x', 'hang'], isBlocked(/^impatient: It printed nothing for/), 'impatient'); // prettier-ignore

    behaves('floods', '[A9] floods: all of it is kept, and it lands', ['flood 5000', 'write o.txt o', 'commit It'], async (story) => {
      await lands('o.txt', 'o')(story);
      const said = (await window.session.outputsOf(story.key)).join('');
      for (const line of [0, 2500, 4999]) assert.match(said, new RegExp(`line ${line}\\n`));
    }); // prettier-ignore

    behaves('crashes', '[A6] crashes: it goes on with its conversation, and lands', ['write c.txt c', 'crash'], async (story) => {
      await lands('c.txt', 'c')(story);
      assert.match(await landed(`said-${story.number}.txt`), /^Go on with story .*Your last run was cut off/s);
    }); // prettier-ignore

    behaves('limited', '[A6] reaches a rate limit: it waits, and that is no strike', ['limit rate'], waits({ what: 'rate', said: false }), 'limited'); // prettier-ignore
    behaves('timed', '[A6] reaches one that names a time: it waits until then', ['limit rate 3600'], waits({ what: 'rate', said: true }), 'timed'); // prettier-ignore
    behaves('spent', '[A6] has spent its quota: it waits until that is there again', ['limit quota 3600'], waits({ what: 'quota', said: true }), 'spent'); // prettier-ignore

    behaves('asks', '[A11, A7] asks: a person answers, or nobody can and it has done nothing', ['ask run npm install', 'commit It'], async (story) => {
      if (!talks) return isBlocked(/scripted ended without a new commit/)(story);
      await window.waitForCard(story, 'the question', ({ question }) => question !== null);
      await window.session.answerAgent(story.key, null, 'once');
      await lands('ran.txt', 'npm install')(story);
    }); // prettier-ignore

    behaves('loses', '[A5] loses its conversation: it begins anew, and lands', ['write l.txt l', 'first forget', 'first crash', 'commit It'], async (story) => {
      await lands('l.txt', 'l')(story);
      const lost = log().find((line) => /^(?:load|resume) .* unknown$/.test(line));
      assert.ok(lost !== undefined, 'it was asked to go on with it');
    }); // prettier-ignore

    behaves('switches', '[A12] switches to another branch: its work is taken over', ['run git switch -q -c aside', 'write s.txt s', 'commit It'], lands('s.txt', 's')); // prettier-ignore
    behaves('detaches', '[A12] detaches its HEAD: its work is taken over', ['run git switch -q --detach', 'write d.txt d', 'commit It'], lands('d.txt', 'd')); // prettier-ignore

    behaves('removes', '[A12] removes its worktree: it is said to be gone', ['run git -C {repository} worktree remove --force {worktree}'], isBlocked(/The worktree of #\d+ is gone/)); // prettier-ignore

    behaves('daemon', '[A6] leaves a process behind: that ends with it', ['daemon {folder}/daemon', 'write p.txt p', 'commit It'], async (story) => {
      await lands('p.txt', 'p')(story);
      assert.equal(isAlive(Number(readFileSync(at('daemon'), 'utf8'))), false);
    }); // prettier-ignore

    behaves('bare', '[A6] leaves one without an environment: that ends with it as well', ['bareDaemon {folder}/bare', 'until {folder}/go', 'write b.txt b', 'commit It'], async (story) => {
        await waitFor('the process', () => existsSync(at('bare')) && readFileSync(at('bare'), 'utf8') !== '');
        const pid = readFileSync(at('bare'), 'utf8');
        const folder = path.join(repository.path, '.git', 'switchyard', 'agents');
        const notes = (): string[] => readdirSync(folder).map((run) => path.join(folder, run, 'members.json')).filter((one) => existsSync(one));
        await waitFor('it to be noted', () => notes().some((one) => readFileSync(one, 'utf8').includes(`[${pid},`)));
        writeFileSync(at('go'), '');
        await lands('b.txt', 'b')(story);
        assert.equal(isAlive(Number(pid)), false);
      }); // prettier-ignore

    behaves('markers', '[A7] commits conflict markers: it is asked once more, and lands without them', ['markers m.txt', 'commit It'], lands('m.txt', 'x\ny')); // prettier-ignore

    behaves('embeds', '[MQ10] embeds a repository: a person looks at it first', ['run git init -q lib', 'run git -C lib commit -q --allow-empty -m x', 'commit It'], async (story) => {
      await window.waitForStage(story, 'ReviewHold');
      assert.match(window.card(story)?.why ?? '', /lib/);
    }); // prettier-ignore

    behaves('restless', '[A1] works on after its turn: it has ended before its work is looked at', ['write r.txt r', 'commit It', 'restless {folder}/restless'], async (story) => {
      await lands('r.txt', 'r')(story);
      if (talks) assert.equal(readFileSync(at('restless'), 'utf8'), 'closed');
    }); // prettier-ignore

    it('[A12] moves the target: nothing lands until a person restores it', async () => {
      const before = await repository.git('rev-parse', 'main');
      const story = await started('moves', ['write t.txt t', 'commit It', 'run git update-ref refs/heads/main HEAD'], 'scripted'); // prettier-ignore
      await isBlocked(/moved main by 1 commit that no gate has seen/)(story);
      const [finding] = window.engine.findings();
      assert.ok(finding?.kind === 'targetMoved');
      assert.equal((await window.engine.decideFinding(finding.id, 'restore')).kind, 'done');
      assert.equal(await repository.git('rev-parse', 'main'), before);
    });

    it('[A6, A8] nothing of any of them is left', async () => {
      const folder = path.join(repository.path, '.git', 'switchyard', 'agents');
      await waitFor('nothing to be kept of them', () => !existsSync(folder) || readdirSync(folder).length === 0);
    });
  });
}
