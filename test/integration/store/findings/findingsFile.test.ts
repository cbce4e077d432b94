import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { RunFinding } from '../../../../src/core/agents/finding';
import { openFindings } from '../../../../src/store/findings/findingsFile';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { KeptLog } from '../../../unit/store/storeFixtures';

describe('What runs changed outside their stories', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('findings.json');
  });
  afterEach(() => folder.remove());

  const ofRun = { at: '2026-01-02T11:00:00.000Z', agent: 'coder', storyKey: 'k1', number: 1 };
  const moved: RunFinding = {
    ...ofRun, id: 'one', kind: 'targetMoved', ref: 'refs/heads/main', from: 'a'.repeat(40), to: 'b'.repeat(40), commits: ['bbbbbbbb Sly'], commitCount: 1,
  }; // prettier-ignore
  const changed: RunFinding = {
    ...ofRun, id: 'two', kind: 'sharedChanged',
    changes: [
      { kind: 'file', path: 'hooks/pre-commit', before: null, after: { kind: 'file', mode: 0o755, data: 'AA==', digest: 'x' }, keys: [] },
      { kind: 'ref', ref: 'refs/heads/other', before: null, after: 'c'.repeat(40) },
    ],
  }; // prettier-ignore

  it('[A12] is there after a restart until a person has decided about it', async () => {
    const first = await openFindings(file, new KeptLog());
    await Promise.all([first.add(moved), first.add(changed)]);
    const second = await openFindings(file, new KeptLog());
    assert.deepEqual(second.list(), [moved, changed]);
    await second.remove('one');
    assert.deepEqual((await openFindings(file, new KeptLog())).list(), [changed]);
  });

  it('[A12] a damaged file is reported and stops nothing', async () => {
    const log = new KeptLog();
    await writeFile(file, '{"half');
    const findings = await openFindings(file, log);
    assert.deepEqual(findings.list(), []);
    assert.match(log.lines.join('\n'), /findings\.json cannot be read/);
    await findings.add(moved);
    assert.deepEqual((await openFindings(file, log)).list(), [moved]);
  });
});
