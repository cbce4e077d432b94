import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goOnAcp, runAcp, type AcpRequest, type AcpRun, type AcpTalking } from '../../../src/agents/acp/runAcp';
import { TOLD } from '../../../src/keeper/talkStanding';
import { systemClock } from '../../../src/base/systemClock';
import type { Clock } from '../../../src/ports/clock';
import type { KeptRun, KeptRuns, RunClocks } from '../../../src/ports/keptRuns';
import type { SessionStart } from '../../../src/core/agents/agentTalk';
import { describeAsk, type PermissionAsk } from '../../../src/core/agents/permission';
import type { TranscriptDeed } from '../../../src/core/agents/transcript/transcriptRecord';
import { agentProfileSchema } from '../../../src/core/agents/profile';
import { Machine } from '../../integration/processes/machine';
import { projectRoot } from '../../support/projectRoot';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { ways } from './keptRunsUnderTest';
import { ownRunId } from '../../support/ownRunId';

const AGENT = join(projectRoot, 'test', 'support', 'acpAgent.mjs');

interface Heard {
  readonly run: AcpRun;
  readonly text: string;
  readonly start: SessionStart | null;
}

/** Waits of seconds end at once; limits are as long as they are. */
const impatient: Clock = {
  now: () => systemClock.now(),
  after: (ms, callback) => systemClock.after(ms > 10_000 ? ms : ms / 20, callback),
};

for (const [way, make] of Object.entries(ways)) {
  describe(`an agent over ACP, in runs ${way}`, () => {
    // What the way makes no difference to is tried with the cheaper one.
    const once = way === 'with a keeper' ? (): void => undefined : it;
    let machine: Machine;
    let repository: TemporaryRepository;
    let state: string;
    let text = '';
    let count = 0;
    before(async () => {
      repository = await TemporaryRepository.create();
      await repository.commit({ 'README.md': 'here\n' }, 'first');
    });
    after(() => repository.dispose());
    beforeEach(() => {
      machine = new Machine();
      state = join(machine.folder, 'agent');
      text = '';
    });
    afterEach(() => machine.close());

    const log = (): string[] =>
      existsSync(join(state, 'log')) ? readFileSync(join(state, 'log'), 'utf8').split('\n') : [];
    const steps = (...lines: string[]): string => `Do it.\n\`\`\`acp\n${lines.join('\n')}\n\`\`\`\n`;

    async function run(
      prompt: string,
      can: Readonly<Record<string, unknown>> = {},
      change: Partial<AcpRequest> = {},
      profile: object = {},
    ): Promise<Heard> {
      let start: SessionStart | null = null;
      const request: AcpRequest = {
        profile: agentProfileSchema.parse({
          name: 'scripted',
          transport: 'acp',
          command: [process.execPath, AGENT],
          env: { ACP_AGENT: JSON.stringify({ state, ...can }), ...machine.environment },
          ...profile,
        }),
        story: { number: 42, title: 'Sign in', branch: 'story/42-sign-in' },
        worktree: repository.path,
        session: null,
        coldWhy: 'it is the first run',
        prompts: { cold: prompt, warm: prompt },
        mcpServers: [],
        runs: await make(machine.folder),
        about: null,
        clock: systemClock,
        runId: ownRunId(`agent-run-${(count += 1)}`),
        env: {},
        messages: { next: () => [], told: () => undefined, duringTurn: () => undefined },
        ask: () => Promise.resolve('deny'),
        askMs: 60_000,
        onSession: (began) => void (start = began),
        onText: (said) => void (text += said),
        transcribe: () => undefined,
        onProgress: () => undefined,
        onRaw: () => undefined,
        signal: new AbortController().signal,
        ...change,
      };
      return { run: await runAcp(request), text, start };
    }

    it('[A1] is told what Switchyard lacks, edits and commits, and what it did is text to read', async () => {
      const script = steps('say I begin.', 'write a.txt hello', 'commit Say hello', 'usage');
      const raw: string[] = [];
      const onRaw = (direction: string, line: string): void => void raw.push(`${direction} ${line}`);
      const heard = await run(
        script,
        {},
        { onRaw, mcpServers: [{ name: 'switchyard', command: 'node', args: ['x'], env: [] }] },
      );
      assert.deepEqual(heard.run.outcome, { kind: 'exited', code: 0 });
      assert.equal(await repository.git('log', '-1', '--format=%s'), 'Say hello');
      assert.match(heard.text, /^scripted: I begin\.\nTool edit: Write a\.txt\nFile added: .*a\.txt\n/);
      assert.match(raw[0] ?? '', /^out .*"method":"initialize".*"clientCapabilities":\{"terminal":false\}/);
      assert.match(log()[1] ?? '', /^new session-\S+ \[\{"name":"switchyard"/);
      assert.equal(heard.start?.mode, 'cold');
      assert.deepEqual(machine.alive(), []);
    });

    once(
      '[A10] is told of tools by its command as well where its program takes them there, and by nothing where there are none',
      async () => {
        const command = [process.execPath, AGENT, '--tools=@{mcpConfig}', '--go'];
        const mcp = { mcpConfig: '/m/1.json', opencodeConfig: '', codexMcp: '' };
        await run(steps('say hello'), {}, { mcp }, { command });
        await run(steps('say hello'), {}, {}, { command });
        const begun = log().filter((line) => line.startsWith('initialize'));
        assert.deepEqual(
          begun.map((line) => line.split(' ').slice(2)),
          [['--tools=@/m/1.json', '--go'], ['--go']],
        );
      },
    );

    once('[A9] says what it used; what it does not report is unknown', async () => {
      const told = await run(steps('usage'));
      assert.deepEqual(told.run.usage, { turns: 1, tokens: 1234, cost: { amount: 0.05, currency: 'USD' } });
      const silent = await run(steps('say nothing of it'));
      assert.deepEqual(silent.run.usage, { turns: 1, tokens: null, cost: null });
    });

    once('[A1] news that no schema knows and calls that were never announced do no harm', async () => {
      const { run: ended, text: said } = await run(steps('unknown', 'late', 'flood 500', 'say after'));
      assert.deepEqual(ended.outcome, { kind: 'exited', code: 0 });
      assert.match(
        said,
        /a banner that is no message\n[^]*Tool execute: Late work\n {2}its output\n[^]*line 499\nafter/,
      );
    });

    it('[A3] a session is resumed without a replay, or loaded with its replay kept from the reader, also a late one', async () => {
      const first = await run(steps('say one'), { load: true });
      const session = first.start?.sessionId ?? '';
      for (const can of [{ resume: true, load: true }, { load: true }, { load: true, lateReplay: true }]) {
        text = '';
        const again = await run('cold', can, {
          session,
          prompts: { cold: steps('say cold'), warm: steps('say warm') },
        });
        assert.deepEqual(again.start, { mode: 'warm', sessionId: session });
        assert.equal(again.text, 'scripted: warm\n');
      }
      assert.deepEqual(
        log().filter((line) => /^(?:load|resume)/.test(line)),
        [`resume ${session} known`, `load ${session} known`, `load ${session} known`],
      );
    });

    it('[A5] whatever error a load ends with, it begins anew once, and says what it was, beside one of a few reasons', async () => {
      const told = [
        [{ load: true, loseSessions: true }, /gone/],
        [{ load: true, loseSessions: 'internal' }, /Internal error/],
        [{}, /can load no session/],
      ] as const;
      for (const [can, what] of told) {
        const { start, run: ended } = await run(steps('say anew'), can, { session: 'gone' });
        assert.ok(start?.mode === 'cold');
        assert.equal(start.why, 'it is the first run', 'of a few reasons, whatever the agent says');
        assert.match(start.lost ?? '', what);
        assert.deepEqual(ended.outcome, { kind: 'exited', code: 0 });
      }
    });

    once(
      '[A1] mode and options are set in every session, new, loaded and resumed, before anything is asked of it',
      async () => {
        const profile = { mode: 'yolo', options: { auto_approve: true }, model: 'large' };
        const all = { load: true, modes: true, options: true };
        const first = await run(steps('say one'), all, {}, profile);
        await run(steps('say two'), all, { session: first.start?.sessionId ?? '' }, profile);
        await run(steps('say three'), { ...all, resume: true }, { session: first.start?.sessionId ?? '' }, profile);
        const seen = log().flatMap((line) => /^(?:new|load|resume|mode|option|prompt)\b(?: yolo)?/.exec(line) ?? []);
        const settings = ['mode yolo', 'option', 'option', 'prompt yolo'];
        assert.deepEqual(seen, ['new', ...settings, 'load', ...settings, 'resume', ...settings]);
      },
    );

    once('[A1] a mode that is not there, or not kept, is said and nothing is asked of the agent', async () => {
      const failure = async (can: object, profile: object): Promise<string> => {
        const { outcome } = (await run(steps('say never'), { ...can }, {}, profile)).run;
        return outcome.kind === 'failed' ? outcome.message : outcome.kind;
      };
      assert.equal(await failure({ modes: true }, { mode: 'all' }), 'It has no mode all; there are default, yolo.');
      assert.match(
        await failure({ modes: true, forgetMode: true }, { mode: 'yolo' }),
        /^It was set to mode yolo and is in mode default/,
      );
      assert.match(await failure({}, { model: 'large' }), /^It takes no model over this protocol/);
      assert.deepEqual(
        log().filter((line) => line.startsWith('prompt')),
        [],
      );
    });

    it('[A1] a permission is answered by what an option does, not by its place or name', async () => {
      const asked: PermissionAsk[] = [];
      const ask = (one: PermissionAsk) =>
        Promise.resolve(asked.push(one) === 1 ? ('allow' as const) : ('deny' as const));
      const { run: ended } = await run(steps('ask run npm install', 'ask edit ../out.txt', 'say never'), {}, { ask });
      assert.deepEqual(ended.outcome, { kind: 'exited', code: 0 });
      assert.deepEqual(
        log().filter((line) => line.startsWith('answer')),
        ['answer selected b', 'answer selected c'],
      );
      assert.equal(asked.map(describeAsk)[0], 'run `npm install`');
      const out = join(repository.folder, 'out.txt');
      assert.equal(asked.map(describeAsk)[1], `change \`${out}\` (outside its worktree: ${out})`);
      assert.doesNotMatch(text, /never/);
    });

    if (way === 'with a keeper') {
      const NO_CLOCKS: RunClocks = { wallMs: null, silenceMs: null, firstOutputMs: null };
      let taken = 0;
      const told: string[] = [];
      let asked = 0;

      async function talking(): Promise<AcpTalking> {
        [taken, asked, told.length] = [0, 0, 0];
        return {
          profile: agentProfileSchema.parse({ name: 'scripted', transport: 'acp', command: [process.execPath, AGENT] }),
          story: { number: 42, title: 'Sign in', branch: 'story/42-sign-in' },
          worktree: repository.path,
          runs: await make(machine.folder),
          clock: systemClock,
          messages: { next: () => ((taken += 1), [{ at: '1', text: 'use the helper' }]), told: (at) => void told.push(...at), duringTurn: () => undefined },
          ask: () => ((asked += 1), Promise.resolve('deny')),
          askMs: 60_000,
          onSession: () => undefined,
          onText: (said: string) => void (text += said),
          transcribe: () => undefined,
          onProgress: () => undefined,
          onRaw: () => undefined,
          signal: new AbortController().signal,
        };
      } // prettier-ignore

      /** A run that a process before has begun, and has asked for these steps once its session was open. */
      async function before({ runs }: AcpTalking, id: string, todo: readonly string[] | null, clocks = NO_CLOCKS): Promise<KeptRun> {
        const env = { ACP_AGENT: JSON.stringify({ state }), ...machine.environment };
        const command = [process.execPath, AGENT];
        const run = await runs.start({ id, command, cwd: repository.path, env, input: 'open', clocks, label: id, about: null }, ({ text: said }) => void (text += said));
        tell(run, { id: 0, method: 'initialize', params: { protocolVersion: 1, clientCapabilities: {} } });
        await waitFor('its answer', () => text.includes('agentCapabilities'));
        if (todo === null) return run;
        tell(run, { id: 1, method: 'session/new', params: { cwd: repository.path, mcpServers: [] } });
        const session = await waitFor('its session', () => /"sessionId":"([^"]+)"/.exec(text)?.[1]);
        tell(run, { id: 2, method: 'session/prompt', params: { sessionId: session, prompt: [{ type: 'text', text: steps(...todo) }], _meta: { [TOLD]: ['then'] } } });
        return run;
      } // prettier-ignore

      const tell = (to: KeptRun, message: object): void =>
        to.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

      /** Left, and over for another reason than that somebody wanted it to be. */
      async function leftAndOver({ runs }: AcpTalking, run: KeptRun): Promise<void> {
        run.leave();
        await (
          await runs.attach(run.id, () => undefined)
        ).ended;
        text = '';
      }

      function killAgent(): void {
        const isAgent = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('acpAgent');
        for (const pid of machine.alive().filter(isAgent)) process.kill(pid, 'SIGKILL');
      }

      it('[A8] one that was left before it was asked for anything is ended, and nobody’s message is taken for it', async () => {
        const request = await talking();
        (await before(request, 'early', null)).leave();
        assert.equal(await goOnAcp(request, ['early']), null);
        assert.deepEqual(machine.alive(), []);
        assert.equal(taken, 0);
      });

      it('[A8] one whose turn ended while nobody was there has done its turn, whatever ended its program then', async () => {
        for (const [id, clocks] of [['killed', NO_CLOCKS], ['silent', { ...NO_CLOCKS, silenceMs: 1000 }]] as const) {
          const request = await talking();
          const run = await before(request, id, ['say done'], clocks);
          await waitFor('the end of its turn', () => text.includes('end_turn'));
          if (id === 'killed') killAgent();
          await leftAndOver(request, run);
          const ended = await goOnAcp(request, [id]);
          assert.deepEqual([ended?.outcome, ended?.usage.turns], [{ kind: 'exited', code: 0 }, 1]);
          assert.equal(text, 'scripted: done\n');
          assert.equal(taken, 0, 'nobody is there to be told anything');
          text = '';
        }
      }); // prettier-ignore

      it('[A8, A6] one that waited for an answer until its clock ended it is lost, and was not silent', async () => {
        const request = await talking();
        const run = await before(request, 'asks', ['ask run npm install'], { ...NO_CLOCKS, silenceMs: 1000 });
        await waitFor('its question', () => text.includes('request_permission'));
        await leftAndOver(request, run);
        assert.deepEqual((await goOnAcp(request, ['asks']))?.outcome, { kind: 'lost' });
      });

      it('[A8] a turn in which more was said than is kept goes on, and is not begun again', async () => {
        const request = await talking();
        const wanted: string[] = [];
        const [more, go] = [join(machine.folder, 'more'), join(machine.folder, 'go')];
        Object.assign(request.messages, { next: () => [] });
        Object.assign(request, { transcribe: (deed: TranscriptDeed) => deed.kind === 'told' && wanted.push(deed.text) });
        const todo = ['pour 40', `until ${more}`, 'pour 40', `until ${go}`, 'commit It is done', 'say done'];
        const run = await before(request, 'poured', todo, { ...NO_CLOCKS, askMs: 60_000 });
        await waitFor('its turn', () => text.includes('xxx'));
        run.leave();
        writeFileSync(more, '');
        const output = join(machine.folder, 'runs', 'poured');
        await waitFor('the beginning to be gone', () => !existsSync(join(output, 'output-0.log')), { seen: () => readdirSync(output).join() });
        text = '';
        const going = goOnAcp(request, ['poured']);
        await waitFor('what is kept', () => text.includes('left out') && text.includes('xxx'));
        writeFileSync(join(repository.path, 'poured.txt'), '');
        writeFileSync(go, '');
        const ended = await going;
        assert.deepEqual([ended?.outcome, ended?.usage.turns], [{ kind: 'exited', code: 0 }, 1]);
        assert.match(text, /done\n$/);
        assert.match(wanted.join(), /^Do it\.[^]*pour 40/);
        assert.ok(told.includes('then'), 'what it was told is known, though its record is gone');
        assert.equal(log().filter((line) => line.startsWith('prompt')).length, 1);
      }); // prettier-ignore

      it('[A8, A6] what an agent takes back while nobody is there is answered and asked of nobody, and its clocks go on', async () => {
        const drop = join(machine.folder, 'drop');
        const request = await talking();
        const clocks = { ...NO_CLOCKS, silenceMs: 1000, askMs: 600_000 };
        const run = await before(request, 'drops', [`drop ${drop} run npm install`, 'hang'], clocks);
        await waitFor('its question', () => text.includes('request_permission'));
        run.leave();
        await run.ended;
        writeFileSync(drop, '');
        await waitFor('it to be answered', () => log().includes('dropped -32800'));
        assert.deepEqual((await goOnAcp(request, ['drops']))?.outcome, { kind: 'silent', afterMs: 1000 });
        assert.equal(asked, 0);
      });

      it('[A8] one whose turn was cancelled before it was left has not done it', async () => {
        const request = await talking();
        Object.assign(request.messages, { next: () => [] });
        const run = await before(request, 'cancelled', ['say begun', 'hang']);
        await waitFor('its turn', () => text.includes('begun'));
        const session = /"sessionId":"([^"]+)"/.exec(text)?.[1];
        tell(run, { method: 'session/cancel', params: { sessionId: session } });
        await waitFor('its end', () => text.includes('"cancelled"'));
        run.leave();
        assert.deepEqual((await goOnAcp(request, ['cancelled']))?.outcome, { kind: 'stopped' });
        assert.equal(asked, 0);
      });
    }

    it('[A6] its clocks stand still while it asks', async () => {
      const answers: ((how: 'allow') => void)[] = [];
      const ask = () => new Promise<'allow'>((resolve) => void answers.push(resolve));
      const held: number[] = [];
      const made = await make(machine.folder);
      // What holds its clocks is the run's: here it is looked at how long it was asked for.
      const runs: KeptRuns = {
        ...made,
        start: async (request, onOutput) => {
          const begun = await made.start(request, onOutput);
          const hold = begun.holdClocks.bind(begun);
          begun.holdClocks = (ms) => (held.push(ms), hold(ms));
          return begun;
        },
        forget: (id) => made.forget(id),
      };
      const ending = run(steps('ask run npm install', 'say allowed'), {}, { ask, askMs: 54_321, runs });
      await waitFor('the question', () => answers.length > 0);
      assert.deepEqual(held, [54_321]);
      answers[0]?.('allow');
      assert.deepEqual((await ending).run.outcome, { kind: 'exited', code: 0 });
      assert.deepEqual(held, [54_321, 0]);
    });

    it('[A6] a question that it takes back is over, and so is one that its turn ends without', async () => {
      for (const script of [
        ['drop GO run npm install', 'say on'],
        ['wonder run npm install', 'until GO', 'say on'],
      ]) {
        const go = join(machine.folder, `go-${script.length}`);
        const over: string[] = [];
        let asked = 0;
        const ask = (_: PermissionAsk, signal: AbortSignal) =>
          new Promise<'gone'>((resolve) => {
            asked += 1;
            signal.addEventListener('abort', () => (over.push(text), resolve('gone')));
          });
        const written = [[], [{ at: '1', text: `use the helper ${script.length}` }]];
        const messages = { next: () => written.shift() ?? [], told: () => undefined, duringTurn: () => undefined };
        const ending = run(steps(...script.map((step) => step.replace('GO', go))), {}, { ask, messages });
        await waitFor('the question', () => asked === 1);
        writeFileSync(go, '');
        assert.deepEqual((await ending).run.outcome, { kind: 'exited', code: 0 });
        // Before it goes on with what people wrote, and with the end of its turn at the latest.
        assert.deepEqual(over.map((said) => said.includes('You wrote')), [false]); // prettier-ignore
        assert.match(text, /on\n[^]*You wrote: use the helper/);
        text = '';
      }
    });

    it('[A13] what people write goes out at the end of its turn, or cuts the turn short', async () => {
      const written: { at: string; text: string }[] = [];
      const told: string[] = [];
      let interrupt: (() => void) | null = null;
      const messages = {
        next: () => written.splice(0),
        told: (at: readonly string[]) => void told.push(...at),
        duringTurn: (how: (() => void) | null) => void (interrupt = how),
      };
      const flag = join(machine.folder, 'go-on');
      const ending = run(steps('say first', `until ${flag}`, 'say second'), {}, { messages });
      await waitFor('its turn', () => text.includes('first') && interrupt !== null);
      written.push({ at: 'first', text: 'use the helper' });
      writeFileSync(flag, '');
      await waitFor('the message to be taken', () => written.length === 0);
      await ending;
      assert.match(text, /first[^]*second\n[^]*You wrote: use the helper\n[^]*I heard it/);
      assert.equal(await repository.git('show', 'HEAD:said.txt'), 'use the helper');

      text = '';
      const hanging = run(steps('say working', 'hang', 'say never'), {}, { messages });
      await waitFor('its turn', () => text.includes('working') && interrupt !== null);
      written.push({ at: 'second', text: 'stop that' });
      (interrupt as (() => void) | null)?.();
      assert.deepEqual((await hanging).run.outcome, { kind: 'exited', code: 0 });
      assert.equal(await repository.git('show', 'HEAD:said.txt'), 'stop that');
      assert.doesNotMatch(text, /never/);
      assert.deepEqual(told, ['first', 'second'], 'each is known to be on record');
    });

    once('[A1] its session is closed before its work is judged: what works on behind its back has ended', async () => {
      const file = join(machine.folder, 'restless');
      await run(steps(`restless ${file}`, 'say over'), { close: true });
      assert.equal(readFileSync(file, 'utf8'), 'closed');
      assert.ok(log().some((line) => line.startsWith('close ')));
      assert.ok(log().includes('input closed'));
    });

    once('[A6] one that crashes, fails, wants a login or speaks another version is told apart, in words', async () => {
      const outcomes = [
        await run(steps('crash')),
        await run(steps('error -32603 the model is overloaded')),
        await run(steps('say x'), { login: true }),
        await run(steps('say x'), { version: 7 }),
      ].map(({ run: { outcome } }) => (outcome.kind === 'failed' ? outcome.message : outcome));
      assert.deepEqual(outcomes, [
        { kind: 'exited', code: 9 },
        'It answered with an error: the model is overloaded.',
        'It needs a login first. Start it in a terminal and log in there, then unblock the story.',
        'It speaks version 7 of the Agent Client Protocol, and Switchyard version 1.',
      ]);
    });

    once('[A6] a limit that it ends its turn with in words is read where that is all that it says', async () => {
      const words = 'say Error: 429 Rate limit reached for requests.';
      const limited = await run(steps('write a.txt a', words));
      assert.deepEqual(limited.run.limit, { kind: 'rate', again: null });
      assert.equal(limited.run.outcome.kind, 'failed');
      for (const script of [['say It says:', words], [words, 'late'], ['say Error: 4290 of it']])
        assert.deepEqual((await run(steps(...script))).run.limit, null, script.join());
    });

    it('[A6] told to stop it is asked to cancel first; one that does not listen is ended', async () => {
      for (const stubborn of [false, true]) {
        const stop = new AbortController();
        text = '';
        // How long a cancelled turn is waited for is no matter where it does not end.
        const clock = stubborn ? impatient : systemClock;
        const ending = run(steps('say working', 'hang'), { stubborn }, { signal: stop.signal, clock });
        await waitFor('it to work', () => text.includes('working'));
        stop.abort();
        assert.deepEqual((await ending).run.outcome, { kind: 'stopped' });
        assert.ok(log().includes('cancel'));
        assert.deepEqual(machine.alive(), []);
      }
    });

    it('[A6] one that says nothing for too long is ended, also where it calls its turn cancelled then', async () => {
      for (const can of [{ stubborn: true }, { cancelsAtEnd: true }]) {
        const { run: ended } = await run(steps('hang'), can, {}, { limits: { silenceMinutes: 0.01 } });
        assert.deepEqual(ended.outcome, { kind: 'silent', afterMs: 600 });
        assert.deepEqual(machine.alive(), []);
      }
    });
  });
}
