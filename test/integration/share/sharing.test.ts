import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../src/core/story/story';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { converged, Machine } from '../../support/share/machine';
import { Proxy } from '../../support/share/proxy';
import { TeamServer } from '../../support/share/teamServer';
import { waitFor } from '../../support/waitFor';

describe('stories that are shared', () => {
  let folder: TemporaryFolder;
  let server: TeamServer;
  let proxy: Proxy;
  let ada: Machine;
  let bob: Machine;

  before(async () => {
    folder = new TemporaryFolder();
    server = await TeamServer.start(folder.path);
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });
  beforeEach(async () => {
    proxy = await Proxy.start(() => server.port);
    [ada, bob] = [await new Machine('ada').open(), await new Machine('bob').open()];
  });
  afterEach(async () => {
    await Promise.all([ada.remove(), bob.remove()]);
    await proxy.close();
  });

  let run = 0;
  /** Shares under a name of its own, so that tests do not meet each other. */
  const share = async (machine: Machine, url = server.url): Promise<void> => {
    const outcome = await machine.sharing.start(url, `stories-${run}`, machine.name);
    assert.equal(outcome.kind, 'done', outcome.message);
    await machine.connected();
  };
  beforeEach(() => void (run += 1));

  it('[Y1] stories and texts are on the other machine, and what is changed there comes back', async () => {
    const story = await ada.create('Sign in', 'As a user.\n\n- [ ] it works\n');
    await share(ada);
    await share(bob);
    await converged([ada, bob]);
    assert.equal(await bob.body(story.key), 'As a user.\n\n- [ ] it works\n');
    assert.deepEqual(bob.story('Sign in').criteria, { done: 0, total: 1 });
    await bob.apply(story.key, { name: 'Start' });
    await bob.rewrite(story.key, 'As a user.\n\n- [x] it works\n');
    await converged([ada, bob]);
    assert.equal(ada.story('Sign in').stage.name, 'Coding');
    assert.deepEqual(ada.story('Sign in').worksAt, { machine: 'bob-machine', name: 'bob' });
    assert.equal(bob.story('Sign in').worksAt, undefined);
    assert.deepEqual(ada.story('Sign in').criteria, { done: 1, total: 1 });
  });

  /** Both are connected and show the same. */
  const meet = async (): Promise<void> => {
    await share(ada, proxy.url);
    await share(bob);
    await converged([ada, bob]);
  };
  const offline = async (): Promise<void> => {
    proxy.cut();
    await waitFor('ada to be away', () => ada.sharing.state().connection === 'away');
  };
  const back = async (): Promise<void> => {
    proxy.heal();
    await ada.connected();
  };

  it('[Y3] what both sides change while one is offline survives, in one text and in one story', async () => {
    const story = await ada.create('Sign in', 'One.\n\nTwo.\n');
    await meet();
    await offline();
    await ada.rewrite(story.key, 'One, said Ada.\n\nTwo.\n');
    await ada.book.describe(story.key, { labels: ['ui'] }, 'person');
    await bob.rewrite(story.key, 'One.\n\nTwo, said Bob.\n');
    await bob.book.describe(story.key, { priority: 0 }, 'person');
    const made = [await ada.create('By Ada'), await bob.create('By Bob')];
    await back();
    await converged([ada, bob]);
    assert.equal(await bob.body(story.key), 'One, said Ada.\n\nTwo, said Bob.\n');
    const { labels, priority } = bob.story('Sign in');
    assert.deepEqual({ labels, priority }, { labels: ['ui'], priority: 0 });
    for (const { key } of made) assert.ok(ada.stories.some((one) => one.key === key));
  });

  it('[S9] of two stories that were made with one number offline both stay, one is renumbered, links follow, both are told', async () => {
    await ada.create('First');
    await meet();
    await offline();
    const first = await ada.create('Of Ada', 'Alone.');
    const second = await bob.create('Of Bob', 'Alone.');
    assert.equal(first.number, second.number);
    const near = await bob.create('Near Bob', `See #${second.number}, not \`#${second.number}\`.`);
    await bob.book.describe(near.key, { dependsOn: [second.key] }, 'person');
    const far = await ada.create('Near Ada', `See #${first.number}.`);
    await back();
    await converged([ada, bob]);
    const numbers = new Map(ada.stories.map(({ key, number }) => [key, number]));
    assert.equal(new Set(numbers.values()).size, ada.stories.length, 'no number is there twice');
    assert.equal(numbers.get(first.key), first.number, 'the story that was made first keeps its number');
    const moved = numbers.get(second.key) ?? 0;
    assert.equal(await ada.body(near.key), `See #${moved}, not \`#${second.number}\`.`);
    assert.equal(await ada.body(far.key), `See #${first.number}.`);
    assert.deepEqual(ada.story('Near Bob').dependsOn, [second.key]);
    for (const machine of [ada, bob]) {
      const { notices } = machine.sharing.state();
      const about = notices.filter(({ text }) => text.includes(`“Of Bob” is #${moved}`));
      assert.equal(about.length, 1, JSON.stringify(notices));
      await machine.sharing.noticed(notices.map(({ id }) => id));
      assert.deepEqual(machine.sharing.state().notices, []);
    }
    const history = await bob.store.stories.history({ cursor: 0, limit: 100, key: second.key });
    assert.ok(
      history.some(({ event, evidence }) => event === 'Renumbered' && evidence === `#${second.number} → #${moved}`),
    );
    const next = await ada.create('Next');
    assert.equal(next.number, Math.max(...numbers.values()) + 1);
    await converged([ada, bob]);
  });

  it('[S9] a story that is made while others’ take its number keeps it, and both machines find the same', async () => {
    await ada.create('First');
    await meet();
    await offline();
    await ada.create('Of Ada');
    const second = await bob.create('Of Bob');
    const { book } = ada;
    const take = book.take.bind(book);
    let made: Promise<StoryRecord> | null = null;
    book.take = (takings) => {
      // Its turn comes right before that of Bob's story, which has been given the next number already.
      if (takings.some(({ key }) => key === second.key))
        made ??= ada.create('In between', `See #${second.number + 1}.`);
      return take(takings);
    };
    await back();
    await waitFor('the take', () => made);
    await converged([ada, bob]);
    const numbers = ada.stories.map(({ number }) => number).sort();
    assert.deepEqual(numbers, [1, 2, 3, 4], 'no number is there twice');
    assert.equal(bob.story('In between').number, 3);
    const about = ada.sharing.state().notices.filter(({ text }) => text.includes('“Of Bob” is #'));
    assert.equal(about.length, 1, JSON.stringify(about));
    assert.ok(about[0]?.text.includes('“Of Bob” is #4'));
  });

  it('[Y4, ST4] a story that is moved back on one machine while it lands on another is Done on both, until somebody who knows opens it again', async () => {
    const tip = 'a'.repeat(40);
    const made = [await ada.create('Of Ada'), await ada.create('Of Bob'), await ada.create('Frozen by Bob')];
    for (const { key } of made) {
      await ada.apply(key, { name: 'Start' });
      await ada.apply(key, { name: 'QaSkipped', branch: 'refs/heads/story/1', tip, commitsAhead: 1, by: 'person' });
    }
    await meet();
    await offline();
    const landed = { name: 'MergeSucceeded', mergeCommit: 'b'.repeat(40), mergedAt: '2026-01-02T12:00:00.000Z' } as const;
    const [first, second, third] = made.map(({ key }) => key) as [string, string, string];
    // Of two changes that do not know each other one wins, the same for all stories: so it is tried from both sides.
    for (const [lands, other, key] of [[ada, bob, first], [bob, ada, second], [ada, bob, third]] as const) {
      await lands.apply(key, landed);
      if (key === third) await other.apply(key, { name: 'Freeze', look: { tip, target: tip } });
      else await other.apply(key, { name: 'Demote' });
    }
    await back();
    await converged([ada, bob]);
    assert.deepEqual(bob.stories.map(({ stage }) => stage.name), ['Done', 'Done', 'Done']);
    await bob.apply(first, { name: 'Reopen', to: 'Backlog' });
    await ada.apply(second, { name: 'Accept' });
    await converged([ada, bob]);
    for (const machine of [ada, bob]) {
      await machine.close();
      await machine.open();
    }
    await Promise.all([ada.connected(), bob.connected()]);
    await converged([ada, bob]);
    assert.deepEqual(ada.stories.map(({ stage }) => stage.name), ['Backlog', 'Archived', 'Done']);
  }); // prettier-ignore

  it('[Y4, ST8, S8] what was opened again and then abandoned, superseded or deleted before anybody heard of that has not landed', async () => {
    const tip = 'a'.repeat(40);
    const keys: string[] = [];
    for (const title of ['Abandoned', 'Accepted first', 'Deleted', 'Purged']) {
      const { key } = await ada.create(title);
      keys.push(key);
      await ada.apply(key, { name: 'Start' });
      await ada.apply(key, { name: 'QaSkipped', branch: 'refs/heads/story/1', tip, commitsAhead: 1, by: 'person' });
      await ada.apply(key, { name: 'MergeSucceeded', mergeCommit: 'b'.repeat(40), mergedAt: '2026-01-02T12:00:00.000Z' });
    }
    const [abandoned, accepted, deleted, purged] = keys as [string, string, string, string];
    await ada.apply(accepted, { name: 'Accept' });
    await meet();
    await bob.sharing.stop();
    for (const key of keys) await bob.apply(key, { name: 'Reopen', to: 'Backlog' });
    for (const key of [abandoned, accepted]) await bob.apply(key, { name: 'Abandon' });
    for (const key of [deleted, purged]) await bob.book.bury(key, 'person');
    await bob.book.purge(purged, 'person');
    await share(bob);
    await converged([ada, bob]);
    for (const machine of [ada, bob, ada, bob]) {
      const { stories } = machine.store;
      const archived = await Promise.all([abandoned, accepted].map((key) => stories.find(key)));
      assert.deepEqual(archived.map((one) => one?.stage), Array(2).fill({ name: 'Archived', reason: { kind: 'abandoned' } }), machine.name);
      assert.equal(stories.tombstone(deleted)?.record?.stage.name, 'Backlog', machine.name);
      assert.deepEqual(machine.sharing.state().notices, []);
      await machine.close();
      await machine.open();
      await machine.connected();
      await converged([ada, bob]);
    }
  }); // prettier-ignore

  it('[Y1] what is shared is stories: no output, no setting, no run, no path of the machine', async () => {
    const secret = 'a secret of this machine';
    const story = await ada.create('Sign in', 'Text.');
    await ada.apply(story.key, { name: 'Start' });
    await ada.store.content.write(`${story.key}:gate_output`, secret);
    await ada.apply(story.key, { name: 'GatesStarted', tip: 'a'.repeat(40) });
    const feedback = {
      kind: 'gates',
      summary: 'Gate test failed.',
      files: [],
      outputId: `${story.key}:gate_output`,
    } as const;
    await ada.apply(story.key, { name: 'GatesFailed', tip: 'a'.repeat(40), feedback: { ...feedback, files: [] } });
    await meet();
    const { stage } = bob.story('Sign in');
    assert.ok(
      stage.name === 'Coding' && stage.feedback?.outputId === null && stage.feedback.summary === feedback.summary,
    );
    assert.equal(await bob.store.content.read(`${story.key}:gate_output`), null);
    await bob.book.describe(story.key, { priority: 1 }, 'person');
    await converged([ada, bob]);
    const { stage: own } = ada.story('Sign in');
    assert.ok(own.name === 'Coding' && own.feedback?.outputId === feedback.outputId, 'what is here of it stays here');
    await waitFor('the server to have it on disk', () =>
      readdirSync(folder.path).some((name) => name.endsWith('.yjs')),
    );
    for (const name of readdirSync(folder.path)) {
      const kept = readFileSync(folder.at(name)).toString('latin1');
      for (const word of [secret, ada.folder.path, 'gate_output'])
        assert.ok(!kept.includes(word), `${word} in ${name}`);
    }
  });

  it('[Y1] what was deleted is gone on every machine, and restoring it brings it back', async () => {
    const story = await ada.create('Sign in', 'Text.');
    await meet();
    await bob.book.bury(story.key, 'person');
    await converged([ada, bob]);
    assert.equal(ada.store.stories.tombstone(story.key)?.number, story.number);
    await ada.book.unbury(story.key, 'person', (record) => record);
    await converged([ada, bob]);
    assert.equal(await bob.body(story.key), 'Text.');
    const history = await bob.store.stories.history({ key: story.key, cursor: 0, limit: 100 });
    assert.deepEqual(history.slice(1).map(({ to }) => to), ['Deleted', 'Backlog']); // prettier-ignore
  });

  it('[S5, Y1] the number of a story that was made and deleted before the others heard of it is used there too', async () => {
    await meet();
    await offline();
    const story = await ada.create('Short-lived', 'Text.');
    await ada.book.bury(story.key, 'person');
    await back();
    await converged([ada, bob]);
    assert.equal(bob.store.stories.tombstone(story.key)?.number, story.number);
    assert.ok((await bob.create('Next')).number > story.number);
    await bob.book.unbury(story.key, 'person', (record) => record);
    await converged([ada, bob]);
    assert.equal(await ada.body(story.key), 'Text.');
    assert.equal(await bob.body(story.key), 'Text.');
  });

  it('[Y1, P5] a copy of a repository shares nothing by itself, and is another machine once it does', async () => {
    const story = await ada.create('Sign in', 'One.\n');
    await meet();
    await ada.apply(story.key, { name: 'Start' });
    await converged([ada, bob]);
    const copies = new TemporaryFolder();
    const dir = copies.at('switchyard');
    cpSync(ada.folder.at('switchyard'), dir, { recursive: true, filter: (one) => path.basename(one) !== 'leader' });
    const copy = await new Machine('copy', { dir }).open();
    try {
      const { url, me, notices } = copy.sharing.state();
      assert.deepEqual([url, me.machine], [null, 'copy-machine']);
      assert.match(notices.map(({ text }) => text).join(), /is a copy of .* which shares its stories/);
      await share(copy);
      await converged([ada, bob, copy]);
      const whose = [ada, bob, copy].map((one) => one.story('Sign in').worksAt?.name);
      assert.deepEqual(whose, [undefined, 'ada', 'ada']);
      await copy.close();
      await copy.open();
      assert.equal(copy.sharing.state().me.machine, 'copy-machine');
      assert.notEqual(copy.sharing.state().url, null);
    } finally {
      await copy.remove();
      copies.remove();
    }
  });

  it('[Y1] Stop Sharing takes what was still to be told with it, and is no connection that is lost', async () => {
    await ada.create('Of Ada');
    await bob.create('Of Bob');
    await meet();
    assert.equal(ada.sharing.state().notices.length, 1);
    const seen: string[] = [];
    ada.sharing.onDidChange(() => {
      const { connection, notices } = ada.sharing.state();
      seen.push(`${connection}, ${notices.length} to be told`);
    });
    await ada.sharing.stop();
    assert.deepEqual([...new Set(seen)], ['off, 0 to be told']);
  });

  it('[Y1] Stop Sharing leaves everything in place, and what is changed until it is shared again is not lost', async () => {
    const story = await ada.create('Sign in', 'One.\nTwo.\n');
    await meet();
    const before = await bob.picture();
    await bob.sharing.stop();
    assert.deepEqual(await bob.picture(), before);
    assert.equal(bob.sharing.state().connection, 'off');
    await bob.rewrite(story.key, 'One.\nTwo, said Bob.\n');
    await ada.rewrite(story.key, 'One, said Ada.\nTwo.\n');
    await share(bob);
    await converged([ada, bob]);
    assert.equal(await ada.body(story.key), 'One, said Ada.\nTwo, said Bob.\n');
  });

  it('[Y1] two that had stories before they met have them all, and none lost its number without need', async () => {
    const made = [await ada.create('Ada one'), await ada.create('Ada two'), await bob.create('Bob one')];
    await meet();
    assert.equal(ada.stories.length, made.length);
    assert.deepEqual(new Set(ada.stories.map(({ number }) => number)), new Set([1, 2, 3]));
  });

  it('[Y1, P1] a window that was killed before a change of others reached its stories has it after the next start', async () => {
    const story = await ada.create('Sign in', 'Text.');
    await meet();
    await bob.sharing.stop();
    await ada.rewrite(story.key, 'Text, said Ada.');
    await ada.book.describe(story.key, { priority: 0 }, 'person');
    // A store that takes nothing stands for a kill: the change is in the log of what is shared and not among the stories.
    const failing = new Error('the process is gone');
    const { book } = bob;
    const take = book.take.bind(book);
    book.take = () => Promise.reject(failing);
    await bob.sharing.start(server.url, `stories-${run}`, 'bob');
    await waitFor('the kill', () => bob.sharing.state().problem?.message.includes(failing.message));
    book.take = take;
    await book.describe(story.key, { labels: ['mine'] }, 'person');
    await bob.close();
    await bob.open();
    await bob.connected();
    await converged([ada, bob]);
    assert.equal(await bob.body(story.key), 'Text, said Ada.');
    const { labels, priority } = ada.story('Sign in');
    assert.deepEqual({ labels, priority }, { labels: ['mine'], priority: 0 });
  });

  it('[Y1] a copy of what is shared that was damaged on disk is fetched anew, and nothing here is lost', async () => {
    const story = await ada.create('Sign in', 'Text.');
    await meet();
    await bob.close();
    const file = path.join(bob.folder.path, 'switchyard', 'shared.log');
    const bytes = readFileSync(file);
    bytes.fill(0xff, 40, 80);
    writeFileSync(file, bytes);
    await ada.rewrite(story.key, 'Text, said Ada.');
    await bob.open();
    await bob.create('By Bob');
    await bob.connected();
    await converged([ada, bob]);
    assert.equal(await bob.body(story.key), 'Text, said Ada.');
    assert.ok(ada.story('By Bob').number > story.number);
  });

  it('[Y1] a token that the server does not take is said, and is not tried again and again', async () => {
    const eve = await new Machine('eve', { token: 'guessed' }).open();
    try {
      await eve.sharing.start(proxy.url, `stories-${run}`, 'eve');
      await waitFor('the refusal', () => eve.sharing.state().connection === 'refused');
      assert.match(eve.sharing.state().problem?.message ?? '', /refuses the token, or knows no board “stories-\d+”/);
      assert.equal(proxy.asked, 1);
      await meet();
      assert.deepEqual(eve.stories, []);
    } finally {
      await eve.remove();
    }
  });

  it('[Y1, Y3] who was away is seen by the others as soon as it is back, not only once it says so again', async () => {
    const repeat = globalThis.setInterval;
    // What says every few seconds that somebody is still there.
    globalThis.setInterval = ((call: () => void, ms: number) => repeat(ms === 3000 ? () => undefined : call, ms)) as typeof setInterval;
    try {
      await meet();
    } finally {
      globalThis.setInterval = repeat;
    }
    const peers = () => [ada, bob].map(({ sharing }) => sharing.state().peers.map(({ name }) => name).join()).join(' ');
    await waitFor('both to see each other', () => peers() === 'bob ada', { seen: peers });
    for (let round = 0; round < 2; round += 1) {
      await offline();
      await waitFor('ada to be gone', () => peers() === ' ', { seen: peers });
      await back();
      await waitFor('both to see each other again', () => peers() === 'bob ada', { seen: peers });
    }
  }); // prettier-ignore

  it('[Y1] who is at work on a story is seen by the others for as long as that one is there', async () => {
    const story = await ada.create('Sign in');
    await meet();
    ada.sharing.workOn([story.key]);
    const seen = () => bob.sharing.state().peers;
    await waitFor('bob to see it', () => seen().some(({ at }) => at[0] === story.key), { seen });
    assert.deepEqual(seen(), [{ machine: 'ada-machine', name: 'ada', at: [story.key] }]);
    await ada.sharing.stop();
    await waitFor('ada to be gone', () => seen().length === 0, { seen });
  });
});
