import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storeFolderIn } from '../../../../src/store/storeFolder';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('A quarantined gate', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let red: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    red = path.join(repository.folder, 'red');
    window = new TestWindow(repository, {
      settings: {
        gates: [
          { name: 'e2e', command: ['sh', '-c', `test ! -e "${red}"`] },
          { name: 'unit', command: ['sh', '-c', 'exit 0'] },
        ],
      },
    });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const notices = (): string[] => (window.session.model()?.notices ?? []).map(({ text }) => text);

  it('[MQ20] is red and stops nothing, by a person’s word that outlives the window; notice, landing and receipt name it', async () => {
    writeFileSync(red, '');
    assert.equal((await window.session.quarantine('e2e')).kind, 'done');
    await window.close();
    await window.open();
    await waitFor('the notice', () => notices().some((text) => /^Gate e2e is quarantined since \d{4}-/.test(text)), { seen: notices }); // prettier-ignore
    const [health] = await window.session.gateHealth();
    assert.ok(health?.gate === 'e2e' && health.quarantinedSince !== null);
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.match((await window.landingOf(story)).proof, /Quarantined and not green: e2e\./);
    await window.close();
    assert.match(await repository.git('notes', '--ref=switchyard', 'show', 'main'), /"quarantined":\s*true/);
    await window.open();
    assert.equal((await window.session.endQuarantine('e2e')).kind, 'done');
    const next = await window.codedStory('Three', { 'a.txt': 'three\n' });
    await window.must(next, 'GatesStarted');
    await window.waitForCard(next, 'a story that is red as the target is', ({ why }) => /^main is red.*as well/.test(why ?? '')); // prettier-ignore
    rmSync(red);
  });

  it('[MQ20] can be one test of a gate, from any window, and is ended alone', async () => {
    assert.equal((await window.session.quarantine('e2e', 'cart › adds')).kind, 'done');
    await waitFor('the notice', () => notices().some((text) => /^Test cart › adds of gate e2e is quarantined since/.test(text)), { seen: notices }); // prettier-ignore
    const [health] = await window.session.gateHealth();
    assert.deepEqual([health?.quarantinedSince, health?.tests.map(({ test }) => test)], [null, ['cart › adds']]);
    assert.equal((await window.session.endQuarantine('e2e')).kind, 'done');
    assert.equal((await window.session.gateHealth())[0]?.tests.length, 1, 'that of the gate is another one');
    assert.equal((await window.session.endQuarantine('e2e', 'cart › adds')).kind, 'done');
    assert.deepEqual((await window.session.gateHealth())[0]?.tests, []);
  });

  it('[MQ20, P1] is none any more where the list of them is damaged, and that is told', async () => {
    await window.session.quarantine('e2e');
    await window.close();
    const file = path.join(storeFolderIn(path.join(repository.path, '.git')), 'quarantines.json');
    writeFileSync(file, 'nothing of ours');
    await window.open();
    assert.equal((await window.session.gateHealth())[0]?.quarantinedSince, null);
    await waitFor('the notice', () => notices().some((text) => /list of quarantined gates was damaged/.test(text)), { seen: notices }); // prettier-ignore
  });
});
