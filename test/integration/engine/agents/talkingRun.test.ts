import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import type { Clock } from '../../../../src/ports/clock';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { TestWindow } from '../harness';

describe('the session of Gemini over ACP', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'README.md': 'here\n' }, 'first');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[A4] is not loaded in the minute in which it began, where it would be wiped', async () => {
    const at = (name: string): string => path.join(repository.folder, name);
    mkdirSync(at('bin'));
    const agent = path.join(projectRoot, 'test', 'support', 'acpAgent.mjs');
    writeFileSync(at('bin/gemini'), `#!/bin/sh\nexec '${process.execPath}' '${agent}'\n`, { mode: 0o755 });
    // A minute passes as soon as somebody waits for the next one.
    const minute = Math.ceil(Date.now() / 60_000) * 60_000;
    const waits: number[] = [];
    let ahead = minute + 20_000 - Date.now();
    const clock: Clock = {
      now: () => systemClock.now() + ahead,
      after: (ms, then) => {
        const isNextMinute = Math.abs(clock.now() + ms - (minute + 61_000)) < 50;
        if (isNextMinute) ahead += waits.push(ms) && ms;
        return systemClock.after(isNextMinute ? 0 : ms, then);
      },
    };
    const env = { ACP_AGENT: JSON.stringify({ state: at('agent'), load: true }) };
    const gemini = { name: 'gemini', transport: 'acp', command: [at('bin/gemini')], env };
    window = new TestWindow(repository, { settings: { agents: [gemini] }, clock });
    await window.open();
    const story = await window.newStory('Go on', 'Do it.\n```acp\nwrite a.txt a\ncrash\n```\n');
    await window.must(story, 'Start');
    await window.waitForStage(story, 'Done');
    assert.equal(waits.length, 1, 'it waited for the next minute');
    const log = existsSync(at('agent/log')) ? readFileSync(at('agent/log'), 'utf8') : '';
    assert.match(log, /^load \S+ known$/m);
  });
});
