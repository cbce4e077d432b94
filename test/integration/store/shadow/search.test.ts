import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { agentOutputId, bodyId, gateOutputId } from '../../../../src/core/story/contentIds';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { openStoreIn, type StoreUnderTest } from '../fixtures';

describe('search', () => {
  let folder: TemporaryFolder;
  let store: StoreUnderTest;
  beforeEach(async () => {
    folder = new TemporaryFolder();
    store = await openStoreIn(folder.path);
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  async function create(number: number, title: string, body: string): Promise<void> {
    const entry = entryOf(`k${number}`, { number });
    const outcome = await store.stories.create(storyNumber(number, { title }), body, entry);
    assert.equal(outcome.kind, 'created');
  }

  async function says(id: string, text: string): Promise<void> {
    const output = store.content.openOutput(id);
    output.write(text);
    await output.close();
  }

  async function reopen(between: () => void = () => undefined): Promise<void> {
    await store.close();
    between();
    store = await openStoreIn(folder.path);
  }

  const find = async (text: string, limit = 99): Promise<number[]> =>
    (await store.search.search(text, limit)).matches.map(({ number }) => number);

  async function threeStories(): Promise<void> {
    await create(1, 'Sign in with a passkey', 'As a person I want no passwords.\n\n- [ ] WebAuthn is used');
    await create(2, 'Passwords are hashed', '- [ ] argon2id, never md5');
    await create(3, '50%_off', 'A 登録フォーム for coupons');
    await says(gateOutputId('k3'), 'running\nnot ok 7 - checkoutTotal rounds to cents\n');
    await says(agentOutputId('k2'), '\u001b[31merror\u001b[0m: cannot find module bcrypt\n');
  }

  it('[P3] finds stories by title, body and output together; each says where and shows the line', async () => {
    await threeStories();
    const { matches, left, reading } = await store.search.search('passw', 10);
    assert.deepEqual([left, reading], [0, null]);
    assert.deepEqual(matches, [
      { key: 'k2', number: 2, title: 'Passwords are hashed', stage: 'Backlog', place: 'title', excerpt: null },
      { key: 'k1', number: 1, title: 'Sign in with a passkey', stage: 'Backlog', place: 'body', excerpt: 'As a person I want no passwords.' }, // prettier-ignore
    ]);
    const [gate] = (await store.search.search('checkoutTotal', 10)).matches;
    assert.deepEqual([gate!.number, gate!.place, gate!.excerpt], [3, 'output', 'not ok 7 - checkoutTotal rounds to cents']); // prettier-ignore
    assert.deepEqual(await find('BCRYPT hashed'), [2]);
    assert.deepEqual(await find('webauthn sign'), [1]);
    assert.deepEqual(await find('フォーム'), [3]);
    assert.deepEqual(await find('total'), [3]);
    assert.deepEqual(await find('31m'), []);
    assert.deepEqual(await find('webauthn bcrypt'), []);
  });

  it('[P3, U4] label: asks for labels alone, as on the board, also together with words', async () => {
    for (const [number, labels] of [[1, ['Billing', 'q3']], [2, []], [3, ['web']]] as [number, string[]][]) // prettier-ignore
      await store.stories.create(storyNumber(number, { title: `Billing ${number}`, labels }), 'billing', entryOf(`k${number}`, { number })); // prettier-ignore
    assert.deepEqual(await find('label:bill'), [1]);
    assert.deepEqual(await find('LABEL:Q3 billing'), [1]);
    assert.deepEqual(await find('label:web label:bill'), []);
    assert.deepEqual(await find('label:title'), []);
    // Half typed it hides nothing.
    assert.deepEqual(await find('label:'), [3, 2, 1]);
  });

  it('[P3] takes no character as special, and nothing at all finds every story, the newest first', async () => {
    await threeStories();
    for (const text of ['%_', '50%']) assert.deepEqual(await find(text), [3], text);
    for (const text of [
      '"',
      "'; DROP TABLE text; --",
      '*',
      'a OR b',
      'NEAR(a b)',
      '-md5 -x',
      '(',
      '"md5',
      'md5"*',
      '\u0000',
    ])
      assert.ok((await store.search.search(text, 10)).matches.length < 3, text);
    assert.deepEqual(await find('md5'), [2]);
    assert.deepEqual(await find('  '), [3, 2, 1]);
    const few = await store.search.search('', 2);
    assert.deepEqual([few.matches.length, few.left], [2, 1]);
  });

  it('[P3] follows bodies and outputs that are written anew, and stories that are deleted and purged', async () => {
    await threeStories();
    assert.deepEqual(await find('argon2id'), [2]);
    await store.content.write(bodyId('k2'), 'now scrypt');
    await says(gateOutputId('k3'), 'ok 7 - all is well\n');
    assert.deepEqual([await find('argon2id'), await find('scrypt'), await find('checkoutTotal'), await find('well')], [[], [2], [], [3]]); // prettier-ignore
    await create(4, 'Another', 'with scrypt too');
    assert.deepEqual(await find('scrypt'), [4, 2]);
    await store.stories.bury('k2', entryOf('k2', { number: 2, event: 'Delete' }));
    assert.deepEqual(await find('scrypt'), [4]);
    await store.stories.purge('k2', entryOf('k2', { number: 2, event: 'Purge' }));
    assert.deepEqual(await find('scrypt'), [4]);
  });

  it('[P3] nothing is read before somebody searches, and only what changed is read again', async () => {
    await threeStories();
    const reads: string[] = [];
    const spy = (): void => {
      const read = store.content.read.bind(store.content);
      store.content.read = (id) => {
        reads.push(id);
        return read(id);
      };
    };
    await reopen();
    spy();
    await store.content.write(bodyId('k1'), 'changed unseen');
    assert.deepEqual(reads, []);
    assert.deepEqual(await find('unseen'), [1]);
    assert.deepEqual(new Set(reads), new Set(['k1:body', 'k2:body', 'k2:agent_output', 'k3:body', 'k3:gate_output']));
    await reopen();
    spy();
    await store.content.write(bodyId('k3'), 'changed again');
    reads.length = 0;
    assert.deepEqual(await find('nowhere'), []);
    assert.deepEqual(reads, ['k3:body']);
  });

  it('[P3] what was searched before is read anew where it is missing, damaged or of another version', async () => {
    await threeStories();
    await find('x');
    const file = folder.at('search.sqlite');
    const damages: (() => void)[] = [
      () => rmSync(file),
      () => rmSync(`${file}.sha256`),
      () => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(file, bytes);
      },
      () => writeFileSync(file, ''),
    ];
    for (const damage of damages) {
      await reopen(damage);
      assert.deepEqual([await find('argon2id'), await find('checkoutTotal')], [[2], [3]]);
      assert.equal(store.log.of('info', 'texts of all stories are read').length, 1);
    }
    await reopen();
    assert.deepEqual(await find('argon2id'), [2]);
    assert.equal(store.log.of('info', 'texts of all stories are read').length, 0);
  });

  it('[P3] a search that cannot read every text at once says how far it is, and answers titles meanwhile', async () => {
    for (let number = 1; number <= 200; number++) await create(number, `Story ${number}`, `needle ${number}`);
    let release: () => void = () => undefined;
    const reachedGate = { yes: false };
    const gate = new Promise<void>((resolve) => (release = resolve));
    const read = store.content.read.bind(store.content);
    store.content.read = async (id) => {
      if (id === 'k150:body') {
        reachedGate.yes = true;
        await gate;
      }
      return read(id);
    };
    const first = store.search.search('needle', 5);
    const second = store.search.search('Story 7', 99);
    while (store.clock.waiting < 2 || !reachedGate.yes) await new Promise((resolve) => setImmediate(resolve));
    store.clock.advance(300);
    const meanwhile = await second;
    assert.ok(meanwhile.matches.some(({ number }) => number === 7));
    assert.equal(meanwhile.reading!.total, 200);
    release();
    assert.ok((await first).reading !== null);
    let last = await store.search.search('needle', 5);
    while (last.reading !== null) last = await store.search.search('needle', 5);
    assert.equal(last.left, 195);
  });

  for (const when of ['while it is open', 'before anybody searched again'] as const)
    it(`[S8, P3] no word of a purged story stays in the search: purged ${when}`, async () => {
      await threeStories();
      assert.deepEqual(await find('webauthn'), [1]);
      await reopen();
      if (when === 'while it is open') assert.deepEqual(await find('webauthn'), [1]);
      const file = folder.at('search.sqlite');
      assert.ok(readFileSync(file).includes('WebAuthn'));
      await store.stories.bury('k1', entryOf('k1', { event: 'Deleted' }));
      await store.stories.purge('k1', entryOf('k1', { event: 'Purged' }));
      const seen = (): boolean => existsSync(file) && /webauthn/i.test(readFileSync(file, 'latin1'));
      assert.ok(!seen(), 'right after it was purged');
      assert.deepEqual([await find('webauthn'), await find('argon2id')], [[], [2]]);
      await reopen();
      assert.ok(!seen(), 'after others were read again');
      assert.deepEqual(await find('argon2id'), [2]);
    });
});
