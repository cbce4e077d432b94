import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { GREETING } from '../../../src/protocol/greeting';
import { holderSchema, type Holder } from '../../../src/store/leader/claim';
import { contend } from '../../../src/store/leader/leader';
import { quickClock } from '../../support/quickClock';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from '../engine/harness';
import { quietLog } from '../git/fixture';

/** Somebody who found the leader's socket and says whatever comes to mind. */
class Stranger {
  heard = Buffer.alloc(0);
  readonly seesBoard: Promise<void>;
  readonly closed: Promise<unknown>;

  constructor(readonly socket: net.Socket) {
    this.seesBoard = new Promise((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        this.heard = Buffer.concat([this.heard, chunk]);
        if (this.heard.includes('Secret plans')) resolve();
      });
    });
    socket.on('error', () => undefined); // the leader may hang up in the middle of a word
    this.closed = once(socket, 'close');
  }

  says(message: unknown): void {
    this.saysBytes(Buffer.from(JSON.stringify(message)));
  }

  saysBytes(bytes: Buffer, length = bytes.length): void {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    this.socket.write(Buffer.concat([head, bytes]));
  }
}

describe('who comes to the socket of the leader', () => {
  let repository: TemporaryRepository;
  let leader: TestWindow;
  let holder: Holder;

  before(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    leader = new TestWindow(repository, { clock: quickClock });
    await leader.open();
    await leader.newStory('Secret plans');
    const folder = path.join(repository.path, '.git', 'switchyard', 'leader');
    const claim = readdirSync(folder).find((name) => /^epoch-/.test(name))!;
    holder = holderSchema.parse(JSON.parse(readFileSync(path.join(folder, claim), 'utf8')));
  });
  after(async () => {
    await leader.close();
    await repository.dispose();
  });
  beforeEach(() => leader.warnings.splice(0));

  async function stranger(): Promise<Stranger> {
    const { socket } = holder;
    const address =
      socket.at === 'folder' ? path.join(repository.path, '.git', 'switchyard', 'leader', socket.name) : socket.path;
    const connection = net.connect(address);
    await once(connection, 'connect');
    return new Stranger(connection);
  }

  async function isDropped(one: Stranger, why: RegExp): Promise<void> {
    // Who is shown the board is not dropped: then there is no end to wait for.
    await Promise.race([one.closed, one.seesBoard]);
    assert.doesNotMatch(one.heard.toString('utf8'), /Secret plans/);
    assert.equal(leader.warnings.filter((line) => why.test(line)).length, 1, leader.warnings.join('\n'));
    assert.notEqual(leader.session.engine(), null);
  }

  it('[P5] a wrong token is shown the door, and no board', async () => {
    for (const token of ['0'.repeat(64), '', holder.token.slice(1), `${holder.token} `]) {
      leader.warnings.splice(0);
      const one = await stranger();
      one.says({ token });
      await isDropped(one, /^\[hub\] a connection was dropped: it showed a wrong token/);
    }
  });

  it('[P5] who asks for something before saying who it is gets nothing', async () => {
    const one = await stranger();
    one.says({ t: 'q', i: '1', m: 'settle', a: [null] });
    await isDropped(one, /something else than who it is/);
  });

  it('[P5] garbage is dropped with a line in the log, before and after the token', async () => {
    const words: [string, (one: Stranger) => void][] = [
      ['no JSON', (one) => one.saysBytes(Buffer.from('hello'))],
      ['a message announced as 4 GB', (one) => one.saysBytes(Buffer.alloc(10), 2 ** 32 - 1)],
      ['an unknown request', (one) => one.says({ t: 'q', i: '1', m: 'constructor', a: [null] })],
      ['a request of another shape', (one) => one.says({ t: 'q', i: '1', m: 'moveTo', a: [{ key: 7, to: 'Done' }] })],
      ['neither request nor reply', (one) => one.says(['x'])],
    ];
    for (const [what, say] of words) {
      for (const token of [null, holder.token]) {
        leader.warnings.splice(0);
        const one = await stranger();
        if (token !== null) one.says({ token });
        say(one);
        await one.closed;
        assert.equal(leader.warnings.length, 1, `${what}: ${leader.warnings.join('\n')}`);
        assert.match(leader.warnings[0] ?? '', /^\[hub\] a connection was dropped: /);
      }
    }
  });

  it('[P5] a message that comes byte by byte is read, and one that is too long is not waited for', async () => {
    const one = await stranger();
    const entry = Buffer.from(JSON.stringify({ token: holder.token }));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(entry.length);
    one.socket.setNoDelay(true);
    for (const byte of Buffer.concat([head, entry])) one.socket.write(Buffer.from([byte]));
    await waitFor('the board', () => one.heard.includes('Secret plans'));
    one.saysBytes(Buffer.alloc(0), 9 * 2 ** 20);
    await one.closed;
    assert.match(leader.warnings.join(), /a message of 9437184 bytes/);
  });

  it('[P5] 500 connections that say nothing are closed, and windows that follow still get in', async () => {
    const idle = await Promise.all(Array.from({ length: 500 }, () => stranger()));
    const follower = new TestWindow(repository);
    await follower.open();
    try {
      await waitFor('the board in a window that follows', () => follower.session.model()?.cards[0]);
      await Promise.all(idle.map((one) => one.closed));
      assert.equal(
        (await follower.session.createStory({ title: 'Still works', type: 'story', body: '' })).kind,
        'created',
      );
    } finally {
      await follower.close();
    }
  });

  it('[P5] a leader that says what cannot be read still leads, and the window that follows says so and invents nothing', async () => {
    const other = await TemporaryRepository.create({ branch: 'main' });
    await other.commit({ 'a.txt': 'one\n' }, 'Begin');
    const words: ((one: Stranger) => void)[] = [
      // The first version told in plain text what is said in the display language of each window now.
      (one) => one.says({ switchyard: 1 }),
      (one) => one.says({ switchyard: GREETING.switchyard + 1 }),
      (one) => one.saysBytes(Buffer.from('hello')),
      (one) => {
        one.says(GREETING);
        one.says({ t: 'q', m: 'board', a: [{ kind: 'whole', revision: 1, head: {}, cards: [] }] });
      },
    ];
    for (const say of words) {
      const strange = await contend({
        dir: path.join(other.path, '.git', 'switchyard', 'leader'),
        onLead: (_, door) => door.serve((connection) => say(new Stranger(connection))),
        onFollow: () => undefined,
        log: quietLog,
      });
      const follower = new TestWindow(other);
      try {
        await follower.open();
        await waitFor('words about it', () => /cannot be understood/.test(follower.session.problem()?.message ?? ''));
        assert.deepEqual([follower.session.model(), follower.session.engine()], [null, null]);
        const outcome = await follower.session.createStory({ title: 'Two', type: 'story', body: '' });
        assert.match(outcome.kind === 'refused' ? outcome.message : '', /cannot be understood.*Reload both windows/);
        await assert.rejects(follower.session.bodyOf('x'), /cannot be understood/);
        assert.equal(follower.warnings.length, 1, follower.warnings.join('\n'));
        await strange.dispose();
        await waitFor('the follower to lead', () => follower.session.engine());
        assert.equal(follower.session.problem(), null);
      } finally {
        await follower.close();
        await strange.dispose();
      }
    }
    await other.dispose();
  });
});
