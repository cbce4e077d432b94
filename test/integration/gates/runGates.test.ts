import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GateProgress } from '../../../src/core/pipeline/facts';
import { systemClock } from '../../../src/base/systemClock';
import type { TreeState } from '../../../src/ports/gateTrees';
import type { OutputSink } from '../../../src/ports/store';
import type { Gate } from '../../../src/gates/chooseGates';
import { GateTurns } from '../../../src/gates/gateTurns';
import { listeningPorts } from '../../../src/gates/listeningPorts';
import { runGates, type GatesOutcome } from '../../../src/gates/runGates';
import { createProcesses } from '../../../src/processes/processes';
import { waitFor } from '../../support/waitFor';
import { quietLog } from '../git/fixture';
import { Machine } from '../processes/machine';
import { ownRunId } from '../../support/ownRunId';

const COMMIT = 'c'.repeat(40);

describe('gates', () => {
  let machine: Machine;
  let output: string;
  let progress: GateProgress[];
  let restored: number;

  beforeEach(() => {
    machine = new Machine();
    output = '';
    progress = [];
    restored = 0;
  });
  afterEach(() => machine.close());

  function gate(name: string, ...argv: string[]): Gate {
    return { name, argv, command: argv.join(' '), timeoutMs: 60_000, writes: false, exclusive: false };
  }

  const turns = (): GateTurns =>
    new GateTurns({ clock: systemClock, listening: listeningPorts, isHandedOut: () => false });

  interface Beside {
    readonly turns?: GateTurns;
    readonly id?: string;
    readonly look?: (ran: number, files: 'tracked' | 'all') => TreeState;
  }

  function run(
    gates: [Gate, ...Gate[]],
    signal = new AbortController().signal,
    { turns: shared = turns(), id = 'gate', look = () => ({ kind: 'asCommit' }) }: Beside = {},
  ): Promise<GatesOutcome> {
    const sink: OutputSink = {
      write: (text) => void (output += text),
      tail: () => output,
      close: () => Promise.resolve(),
    };
    const processes = createProcesses(machine);
    let runs = 0;
    return runGates({
      gates,
      tree: {
        folder: machine.folder,
        commit: COMMIT,
        look: (files) => Promise.resolve(look(runs, files)),
        restore: () => Promise.resolve(void (restored += 1)),
      },
      watchShared: () => {
        const nothing = { changes: [], left: [] };
        return Promise.resolve({ env: {}, end: () => Promise.resolve([]), endAndUndo: () => Promise.resolve(nothing) });
      },
      turns: shared,
      processes: {
        run: (request) => processes.run({ ...request, env: { ...request.env, ...machine.environment } }),
        endLeftovers: () => processes.endLeftovers(),
        workingIn: (folder) => processes.workingIn(folder),
      },
      output: sink,
      log: quietLog,
      onProgress: (at) => progress.push(at),
      onRan: () => undefined,
      signal,
      label: 'gates of #3',
      newRunId: () => ownRunId(`${id}-${(runs += 1)}`),
      now: () => 1000 + runs,
    });
  }

  it('[MQ10] run one after another in the given tree, each on files that equal the commit', async () => {
    const say = 'echo "$SWITCHYARD_GATE $SWITCHYARD_COMMIT $CI $(pwd)"';
    const outcome = await run([gate('lint', 'sh', '-c', say), gate('test', 'sh', '-c', say)]);
    assert.equal(outcome.kind, 'passed');
    assert.deepEqual(
      outcome.results.map((one) => [one.gate, one.verdict, one.command]),
      [
        ['lint', 'passed', `sh -c ${say}`],
        ['test', 'passed', `sh -c ${say}`],
      ],
    );
    const printed = (name: string): string =>
      `$ sh -c ${say}\n${name} ${COMMIT} true ${machine.folder}\nGate ${name} passed.\n\n`;
    assert.equal(output, printed('lint') + printed('test'));
    // It equals the commit when it is handed over, and the first gate left it so.
    assert.equal(restored, 0);
    assert.deepEqual(progress, [
      { gate: 'lint', index: 0, total: 2, startedAt: 1000 },
      { gate: 'test', index: 1, total: 2, startedAt: 1001 },
    ]);
  });

  it('[MQ6] a gate that fails is red, and those behind it do not run', async () => {
    const outcome = await run([
      gate('lint', 'true'),
      gate('test', 'sh', '-c', 'printf boom; exit 3'),
      gate('late', 'true'),
    ]);
    assert.ok(outcome.kind === 'red');
    assert.equal(outcome.result.detail, 'Gate test exited with code 3.');
    assert.deepEqual(
      outcome.results.map((one) => one.gate),
      ['lint', 'test'],
    );
    assert.ok(output.endsWith('boom\nGate test exited with code 3.\n\n'));
  });

  it('[MQ10] a missing program is not passed: it is the environment’s fault', async () => {
    const outcome = await run([gate('test', 'no-such-program-of-ours')]);
    assert.ok(outcome.kind === 'environment');
    assert.equal(outcome.result.verdict, 'notFound');
    const shell = await run([gate('test', 'sh', '-c', 'no-such-program-of-ours')]);
    assert.ok(shell.kind === 'environment');
    assert.match(shell.result.detail, /no program named no-such-program-of-ours/);
  });

  it('[MQ10] node --test that finds no test is not passed', async () => {
    mkdirSync(join(machine.folder, 'empty'));
    const outcome = await run([gate('test', 'sh', '-c', `cd empty; exec '${process.execPath}' --test`)]);
    assert.ok(outcome.kind === 'environment');
    assert.equal(outcome.result.verdict, 'ranNoTest');
  });

  it('[MQ10] node --test that runs a test is passed', async () => {
    writeFileSync(join(machine.folder, 'a.test.mjs'), `import test from 'node:test'; test('a', () => {});`);
    assert.equal((await run([gate('test', process.execPath, '--test')])).kind, 'passed');
  });

  it('[MQ10] a test that ran long before the end of the output counts', async () => {
    const script = `echo "ℹ pass 3"; head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 80; echo; echo "  0 passing (1ms)"`;
    assert.equal((await run([gate('test', 'sh', '-c', script)])).kind, 'passed');
    const only = script.replace('pass 3', 'pass 0');
    assert.equal((await run([gate('test', 'sh', '-c', only)])).kind, 'environment');
  });

  it('[MQ10] a timeout ends the gate with all it started, and is the environment’s fault', async () => {
    const hanging = { ...gate('test', 'sh', '-c', '(setsid sleep 600 &); sleep 600'), timeoutMs: 300 };
    const outcome = await run([hanging]);
    assert.ok(outcome.kind === 'environment');
    assert.equal(
      outcome.result.detail,
      'Gate test ran longer than 300 ms and was ended, with 1 process it had left behind.',
    );
    assert.deepEqual(machine.alive(), []);
  });

  it('[MQ10] stopping ends the gate that runs, starts no other, and is no failure', async () => {
    const abort = new AbortController();
    const running = run([gate('a', 'sh', '-c', 'echo on; sleep 600'), gate('b', 'true')], abort.signal);
    await waitFor('the gate', () => output.includes('on\n'));
    abort.abort();
    const outcome = await running;
    assert.equal(outcome.kind, 'stopped');
    assert.deepEqual(
      outcome.results.map((one) => [one.gate, one.verdict]),
      [['a', 'stopped']],
    );
    assert.deepEqual(machine.alive(), []);
    assert.deepEqual(await run([gate('a', 'true')], AbortSignal.abort()), { kind: 'stopped', results: [] });
    assert.equal(restored, 0);
  });

  it('[MQ10] a gate that changed tracked files is red and names them, unless it is marked as one that writes', async () => {
    const look = (): TreeState => ({ kind: 'changed', tracked: ['a.txt', 'b.txt'], meddled: [] });
    const red = await run([gate('format', 'true'), gate('late', 'true')], undefined, { look });
    assert.ok(red.kind === 'red');
    assert.equal(
      red.result.detail,
      'Gate format changed a.txt and b.txt, so what passed is not what would land. ' +
        'Commit what it makes, or say "writes: true" for it.',
    );
    const writes = { ...gate('generate', 'true'), writes: true };
    const passed = await run([writes, gate('late', 'true')], undefined, {
      look: (ran) => (ran === 1 ? look() : { kind: 'asCommit' }),
    });
    assert.ok(passed.kind === 'passed');
    assert.equal(passed.results[0]?.detail, 'Gate generate passed. It changed a.txt and b.txt, as it may.');
    assert.equal(restored, 1);
  });

  it('[MQ1] a tree that a gate left otherwise than the commit is made equal before the next, and not after the last', async () => {
    const look = (): TreeState => ({ kind: 'changed', tracked: [], meddled: [] });
    assert.equal((await run([gate('a', 'true'), gate('b', 'true')], undefined, { look })).kind, 'passed');
    assert.equal(restored, 1);
  });

  it('[MQ10] new files are looked for after each gate that another one builds on, and changed ones after every gate', async () => {
    const looked: string[] = [];
    const look = (ran: number, files: string): TreeState => {
      looked.push(`${ran} ${files}`);
      return { kind: 'asCommit' };
    };
    await run([gate('a', 'true'), gate('b', 'true'), gate('c', 'true')], undefined, { look });
    assert.deepEqual(looked, ['1 all', '2 all', '3 tracked']);
    assert.equal(restored, 0);
  });

  /** Holds a port for as long as it has not been told to end. */
  const holding = (port: number, until: string): string[] => [
    process.execPath,
    '-e',
    `const s = require('net').createServer(); s.on('error', (e) => { console.log('not ok ' + e.code); process.exit(1); });
     s.listen(${port}, '127.0.0.1', () => { console.log('listening');
       setInterval(() => require('fs').existsSync(${JSON.stringify(until)}) && process.exit(0), 20); });`,
  ];

  it('[G11, MQ4] a gate whose port another gate holds is no failure: it runs again when it is alone', async () => {
    const [shared, port, until] = [turns(), await freePort(), join(machine.folder, 'until')];
    const first = run([gate('serve', ...holding(port, until))], undefined, { turns: shared, id: 'first' });
    await waitFor('the first', () => /^listening$/m.test(output));
    const second = run([gate('other', ...holding(port, until))], undefined, { turns: shared, id: 'second' });
    await waitFor('the second', () => output.includes('Gate other ran beside another gate.'));
    assert.match(output, /not ok EADDRINUSE/);
    writeFileSync(until, '');
    assert.equal((await first).kind, 'passed');
    assert.equal((await second).kind, 'passed');
  });

  it('[G11, MQ4] an address that a stranger holds is the environment’s fault, and the gate says what helps', async () => {
    const port = await freePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const outcome = await run([gate('serve', ...holding(port, join(machine.folder, 'until')))]);
    stranger.close();
    assert.ok(outcome.kind === 'environment');
    assert.equal(outcome.result.verdict, 'addressInUse');
    assert.match(outcome.result.detail, /found its network address in use.*SWITCHYARD_PORT/);
  });

  it('[G11] a gate that opened a port of its own choosing does not run beside itself, and another gate does', async () => {
    const [shared, port, until] = [turns(), await freePort(), join(machine.folder, 'until')];
    const serve = gate('serve', ...holding(port, until));
    const first = run([serve], undefined, { turns: shared, id: 'first' });
    await waitFor('the first', () => /^listening$/m.test(output));
    // The looks at its ports come a while after its start.
    const beside = { turns: shared, id: 'beside' };
    const known = async (): Promise<boolean> => (await listeningPorts())?.has(port) === true;
    await waitFor('its port', known);
    assert.equal((await run([gate('lint', 'sh', '-c', 'sleep 1')], undefined, beside)).kind, 'passed');
    writeFileSync(until, '');
    assert.equal((await first).kind, 'passed');
    const both = ['second', 'third'].map((id) => run([serve], undefined, { turns: shared, id }));
    assert.deepEqual(
      (await Promise.all(both)).map(({ kind }) => kind),
      ['passed', 'passed'],
    );
    assert.doesNotMatch(output, /EADDRINUSE/);
  });

  it('[G11] an exclusive gate runs beside no other, and is not overtaken', async () => {
    const shared = turns();
    const until = (name: string): string => join(machine.folder, name);
    const wait = (name: string): string[] => [
      'sh',
      '-c',
      `echo in-${name}; while [ ! -e ${until(name)} ]; do sleep 0.02; done; echo out-${name}`,
    ];
    const a = run([gate('a', ...wait('a'))], undefined, { turns: shared, id: 'a' });
    await waitFor('a', () => output.includes('in-a\n'));
    const alone = { ...gate('b', ...wait('b')), exclusive: true };
    const b = run([alone], undefined, { turns: shared, id: 'b' });
    const c = run([gate('c', ...wait('c'))], undefined, { turns: shared, id: 'c' });
    writeFileSync(until('a'), '');
    await a;
    await waitFor('b', () => output.includes('in-b\n'));
    writeFileSync(until('b'), '');
    await b;
    await waitFor('c', () => output.includes('in-c\n'));
    writeFileSync(until('c'), '');
    await c;
    const order = [...output.matchAll(/^(?:in|out)-[abc]$/gm)].map(([word]) => word);
    assert.deepEqual(order, ['in-a', 'out-a', 'in-b', 'out-b', 'in-c', 'out-c']);
  });

  it('[MQ21] two gates that name the same resource never run at once; one that names another overtakes who waits', async () => {
    const shared = turns();
    const until = (name: string): string => join(machine.folder, name);
    const using = (name: string, resource: string): Promise<GatesOutcome> => {
      const script = `echo in-${name}; while [ ! -e ${until(name)} ]; do sleep 0.02; done; echo out-${name}`;
      const one = { ...gate(name, 'sh', '-c', script), resources: [resource] };
      return run([one], undefined, { turns: shared, id: name });
    };
    const a = using('a', 'database');
    await waitFor('a', () => output.includes('in-a\n'));
    const b = using('b', 'database');
    const c = using('c', 'port 80');
    await waitFor('c', () => output.includes('in-c\n'));
    writeFileSync(until('c'), '');
    await c;
    writeFileSync(until('b'), '');
    writeFileSync(until('a'), '');
    await Promise.all([a, b]);
    const order = [...output.matchAll(/^(?:in|out)-[abc]$/gm)].map(([word]) => word);
    assert.deepEqual(order, ['in-a', 'in-c', 'out-c', 'out-a', 'in-b', 'out-b']);
  });

  it('[G11] one that waits for its turn can be stopped', async () => {
    const [shared, abort] = [turns(), new AbortController()];
    const first = run([{ ...gate('a', 'sh', '-c', 'echo on; sleep 600'), exclusive: true }], abort.signal, {
      turns: shared,
    });
    await waitFor('the gate', () => output.includes('on\n'));
    const second = run([gate('b', 'true')], abort.signal, { turns: shared, id: 'second' });
    abort.abort();
    assert.deepEqual(await second, { kind: 'stopped', results: [] });
    assert.equal((await first).kind, 'stopped');
    assert.equal((await run([gate('c', 'true')], undefined, { turns: shared, id: 'third' })).kind, 'passed');
  });

  it('[G11] each run gets a number and a block of ports of its own, and a name for Compose', async () => {
    const say = 'echo "env $SWITCHYARD_SLOT $SWITCHYARD_PORT $COMPOSE_PROJECT_NAME"';
    const until = join(machine.folder, 'until');
    const waiting = `${say}; while [ ! -e ${until} ]; do sleep 0.02; done`;
    const shared = turns();
    const both = ['a', 'b'].map((id) => run([gate(id, 'sh', '-c', waiting)], undefined, { turns: shared, id }));
    await waitFor('both', () => output.match(/^env/gm)?.length === 2);
    writeFileSync(until, '');
    await Promise.all(both);
    const [one, other] = [...output.matchAll(/^env (\d+) (\d+) (\S+)$/gm)];
    assert.ok(one !== undefined && other !== undefined, output);
    assert.notEqual(one[1], other[1]);
    assert.ok(Math.abs(Number(one[2]) - Number(other[2])) >= 10);
    assert.match(one[3] ?? '', /^[a-z0-9][a-z0-9_-]*-[0-9a-f]{8}$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
