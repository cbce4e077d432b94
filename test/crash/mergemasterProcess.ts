// A real engine process in which an agent fails at a merge, for the test that kills it meanwhile.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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
  /** Kill itself once on the way of that message, and once after the first strike and the last, and note it there. */
  readonly killed: string;
}

const task = JSON.parse(process.argv[2] ?? '') as MergemasterTask;
let engine: Engine | null = null;

const story = (): StoryRecord | undefined => engine?.stories()[0];

async function main(): Promise<void> {
  await WatchedDisk.watch(({ path }) => {
    if (path === task.killed) return null;
    const strikes = story()?.strikes.length ?? 0;
    if (strikes === 1 || strikes === 3) killOnceAt(task.killed, `strike ${strikes}`);
    if (story()?.stage.name !== 'MergeFailure') return null;
    if (/prompts\/[^/]+\.md$/.test(path)) killOnceAt(task.killed, 'its prompt');
    if (/words\.json$/.test(path)) killOnceAt(task.killed, 'its words');
    return null;
  });
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
