// A real engine process in which an agent fails at a merge, for the test that kills it meanwhile.
import { execFileSync } from 'node:child_process';
import fs, { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoryRecord } from '../../src/core/story/story';
import type { Engine } from '../../src/engine/engine';
import { WatchedDisk } from '../support/watchedDisk';
import { killOnceAt, must, openLeader, problemLog, runProcess, workOnStory, type ProcessTask } from './processParts';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface MergemasterTask extends ProcessTask {
  readonly agents: unknown;
  /** What a person writes to the agent before it begins. */
  readonly message: string;
  /** Kill itself once at each of these, and note it there. */
  readonly kills: readonly ('its prompt' | 'its words' | 'its words, taken' | 'strike 1' | 'strike 3')[];
  readonly killed: string;
}

const task = JSON.parse(process.argv[2] ?? '') as MergemasterTask;
let engine: Engine | null = null;

const story = (): StoryRecord | undefined => engine?.stories()[0];

const WORDS = /words\.json$/;

function killAt(what: string): void {
  if (task.kills.some((kill) => kill === what)) killOnceAt(task.killed, what);
}

async function main(): Promise<void> {
  await WatchedDisk.watch(({ path }) => {
    if (path === task.killed) return null;
    const strikes = story()?.strikes.length ?? 0;
    killAt(`strike ${strikes}`);
    if (story()?.stage.name !== 'MergeFailure') return null;
    if (/prompts\/[^/]+\.md$/.test(path)) killAt('its prompt');
    if (WORDS.test(path)) killAt('its words');
    return null;
  });
  const { rename } = fs;
  const renaming = (from: string, to: string, over: (error: Error | null) => void): void =>
    rename(from, to, (error) => {
      if (WORDS.test(to) && story()?.stage.name === 'MergeFailure') killAt('its words, taken');
      over(error);
    });
  Object.assign(fs, { rename: renaming });
  const { session, engine: led } = await openLeader(task, { agents: task.agents }, problemLog);
  engine = led;
  if (led.stories().length === 0) {
    await workOnStory(led, 'Ours', 'a.txt', 'ours\n');
    writeFileSync(join(task.repository, 'a.txt'), 'theirs\n');
    execFileSync('git', ['commit', '-qam', 'Theirs'], { cwd: task.repository });
    await session.writeToAgent(story()?.key ?? '', task.message, 'atTurnEnd');
    must(await led.perform(story()?.key ?? '', { event: 'QaSkipped' }));
  }
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (story()?.stage.name === 'MergeFailureFinal') resolve();
    };
    led.onDidChange(look);
    look();
  });
  process.stdout.write(JSON.stringify(story()));
  await session.dispose();
}

runProcess(main);
