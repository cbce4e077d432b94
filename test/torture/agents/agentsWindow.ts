// A window of the torture of agents: the engine's own bundle in a process of its own, that may be killed at any moment. It
// makes and starts the stories that are not there yet; `toRest` waits until all have landed, tells what was said, and closes.
import type { StoryRecord } from '../../../src/core/story/story';
import { openBundle, type BundleTask } from '../../support/openBundle';

export interface AgentsTask extends BundleTask {
  readonly agent: readonly string[];
  readonly transport: 'commandLine' | 'acp';
  readonly stories: number;
  readonly does: 'works' | 'toRest';
}

/** What a window says to who watches it. */
export type AgentsSaid =
  /** Every agent is at work, as far as this window sees. */
  | { readonly said: 'atWork' }
  | { readonly said: 'rest'; readonly stories: readonly StoryRecord[]; readonly outputs: readonly string[] }
  | { readonly said: 'broken'; readonly why: string };

const task = JSON.parse(process.argv[2] ?? '') as AgentsTask;
const log: string[] = [];
const note = (message: string): void => void log.push(message);

async function main(): Promise<void> {
  const session = await openBundle(
    task,
    {
      gates: [{ name: 'test', command: ['true'] }],
      agents: [{ name: 'coder', role: 'coder', transport: task.transport, command: task.agent }],
      maxCoders: task.stories,
    },
    { debug: () => undefined, info: note, warn: note, error: note },
  );
  await until('it leads', () => session.engine() !== null);
  const engine = session.engine()!;
  for (let number = engine.stories().length + 1; number <= task.stories; number += 1)
    await engine.createStory({ title: `Story ${number}`, type: 'story', body: '' });
  for (const { key, stage } of engine.stories())
    if (stage.name === 'Backlog') await engine.perform(key, { event: 'Start' });
  await until('agents are at work', () => engine.stories().every(({ key, stage }) => stage.name !== 'Coding' || engine.model()?.cards.find((one) => one.key === key)?.agent === 'coder')); // prettier-ignore
  await say({ said: 'atWork' });
  if (task.does === 'works') return new Promise(() => undefined);
  await until('all have landed', () => engine.stories().every(({ stage }) => stage.name === 'Done'));
  const stories = engine.stories();
  const outputs = await Promise.all(stories.map(async ({ key }) => (await session.outputsOf(key))[0] ?? ''));
  await session.dispose();
  await say({ said: 'rest', stories, outputs });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const since = Date.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
    if (Date.now() - since > 90_000) throw new Error(`Not true in time: ${what}\n${log.slice(-20).join('\n')}`);
}

function say(message: AgentsSaid): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

main().then(
  () => process.disconnect(),
  (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    void say({ said: 'broken', why }).then(() => process.exit(1));
  },
);
