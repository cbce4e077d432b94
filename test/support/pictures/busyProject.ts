import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import type { StoryRecord } from '../../../src/core/story/story';
import { TestWindow } from '../../integration/engine/harness';
import { projectRoot } from '../projectRoot';
import type { Settings } from '../workbench/server';

const HOUR = 60 * 60 * 1000;
const SUPPORT = path.join(projectRoot, 'test', 'support');

/** What has landed: how many hours ago it was started and landed. */
const LANDED: readonly (readonly [title: string, file: string, started: number, landed: number])[] = [
  ['Greet in Danish', 'danish', 150, 147],
  ['Greet in Icelandic', 'icelandic', 146, 142],
  ['Say which version this is', 'version', 101, 97],
  ['Greet several people at once', 'several', 75, 73],
  ['Read names from a file', 'names', 73, 70],
  ['Greet in Estonian', 'estonian', 69, 68],
  ['Greet without an exclamation mark', 'calm', 29, 26],
  ['Greet in Finnish', 'finnish', 2.5, 1.2],
];

const TOTALS = `Who looks after translations wants to know which languages are used.

## Acceptance criteria

- [x] counts each language
- [ ] shows the ten most used
- [ ] says so when nobody has been greeted yet, see #14
`;

const TABLE = `One table says which languages there are, and the tests read it.

## Acceptance criteria

- [x] one table for words and names
- [ ] a new language is one line
`;

/** The story whose agent asks something. */
export const ASKS = 'Remember the last language';

/** Stories that agents work on as long as pictures are taken, by what they do. */
const AT_WORK = {
  'Greet in Welsh':
    "say I read src/languages.js and its tests.\nwrite src/welsh.js export const welsh = 'Shwmae';\nwrite NEWS.md Greets in Welsh\ncommit Greet in Welsh\nusage\nsay Adding the plural form to the table of languages",
  'Greet on birthdays':
    'say The date comes from the clock of who is greeted.\nwrite src/birthday.js export const isBirthday = () => false;\nwrite NEWS.md Knows birthdays\ncommit Know birthdays\nusage\nsay Writing a test for the 29th of February',
  [ASKS]:
    'say The setting needs a place to live.\nwrite src/settings.js export const settings = new Map();\nusage\nask run npm install conf',
} as const;

/** A project on a busy afternoon: what it has, and what holds its gates and agents where they are. */
export interface BusyProject {
  readonly settings: Settings;
  /** Titles of what is to be started, so that agents are at work on it. */
  readonly toStart: readonly string[];
  readonly numberOf: (title: string) => number;
}

/** Makes stories in every state with real gates and landings; some days of them, by a clock that is set back. */
export async function makeBusyProject(folder: string, hold: string): Promise<BusyProject> {
  const gates = [
    { name: 'lint', command: [process.execPath, '--check', 'src/cli.js'] },
    { name: 'test', command: [process.execPath, path.join(SUPPORT, 'pictures', 'heldGate.mjs'), hold] },
  ];
  const past = new Past();
  const window = new TestWindow({ path: folder }, { clock: past, settings: { gates, archiveAfterHours: 30 } });
  await window.open();
  for (const landing of LANDED) await land(window, past, landing);
  past.hoursAgo = 6;
  const conflicting = await window.codedStory('Greet in Portuguese', { 'README.md': '# greeter\n\nOlá.\n' });
  const winning = await window.codedStory('Say how to install it', {
    'README.md': '# greeter\n\n    npm i -g greeter\n',
  });
  past.hoursAgo = 4;
  await window.must(winning, 'GatesStarted');
  await window.waitForStage(winning, 'Done');
  await window.must(conflicting, 'GatesStarted');
  await window.waitForStage(conflicting, 'MergeFailure');
  past.hoursAgo = 3;
  const held = await window.newStory('Simplify the language table', TABLE);
  const started = await window.must(held, 'Start');
  await window.commit(started, { 'test/languages.test.js': null, 'src/languages.js': LANGUAGES });
  await window.must(held, 'GatesStarted');
  await window.waitForStage(held, 'ReviewHold');
  const frozen = await window.codedStory('Drop the old command line', { 'src/cli.js': 'export {};\n' });
  await window.must(frozen, 'Freeze');
  past.hoursAgo = 2;
  await describeBacklog(window);
  past.hoursAgo = 0.05;
  await queue(window, hold);
  const numbers = new Map(window.engine.stories().map(({ title, number }) => [title, number]));
  await window.close();
  return { settings: settingsOf(gates), toStart: Object.keys(AT_WORK), numberOf: (title) => numbers.get(title) ?? 0 };
}

/** Lets go of what is held: the gates of landings, or those of a story that is still in QA. */
export function letGo(hold: string, what: readonly Held[] = HELD): void {
  for (const name of what) rmSync(path.join(hold, name), { force: true });
}

const HELD = ['landings', 'shout.js'] as const;
type Held = (typeof HELD)[number];

class Past {
  hoursAgo = 0;

  now(): number {
    return systemClock.now() - this.hoursAgo * HOUR;
  }

  after(ms: number, callback: () => void): { dispose(): void } {
    return systemClock.after(ms, callback);
  }
}

async function land(
  window: TestWindow,
  past: Past,
  [title, file, started, landed]: (typeof LANDED)[number],
): Promise<void> {
  past.hoursAgo = started;
  const story = await window.codedStory(title, { [`src/${file}.js`]: `export const ${file} = true;\n` });
  past.hoursAgo = landed;
  await window.must(story, 'GatesStarted');
  await window.waitForStage(story, 'Done');
}

async function describeBacklog(window: TestWindow): Promise<void> {
  const totals = await window.newStory('Totals of greetings by language', TOTALS);
  const invite = await window.newStory('Invite people by link');
  const first = await window.newStory('Trim names before greeting');
  for (const [title, script] of Object.entries(AT_WORK))
    await window.newStory(title, `\`\`\`acp\n${script}\nhang\n\`\`\`\n`);
  await window.newStory('Say goodbye');
  await window.session.describe(totals.key, { labels: ['reports'], priority: 1, dependsOn: [first.key] });
  await window.session.describe(invite.key, { labels: ['web'] });
}

/** Two that are proven side by side on the way to the target, one behind them, and one whose own gates are at work. */
async function queue(window: TestWindow, hold: string): Promise<void> {
  for (const name of HELD) writeFileSync(path.join(hold, name), '');
  const files = {
    'Greet by time of day': 'daytime',
    'Colours on the terminal': 'colours',
    'Greet in Frisian': 'frisian',
  };
  const coded: StoryRecord[] = [];
  for (const [title, name] of Object.entries(files))
    coded.push(await window.codedStory(title, { [`src/${name}.js`]: `export const ${name} = true;\n` }));
  for (const story of coded) {
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Merge');
  }
  const shouting = await window.codedStory('Shout when it is loud', { 'src/shout.js': 'export const shout = true;\n' });
  await window.must(shouting, 'GatesStarted');
  await window.waitForStage(shouting, 'QA');
}

const LANGUAGES = `const greetings = new Map(Object.entries({ en: 'Hello', fr: 'Bonjour', sv: 'Hej' }));

/** The word of greeting in a language, by its ISO 639-1 code. */
export function greetingIn(language) {
  return greetings.get(language) ?? 'Hello';
}
`;

function settingsOf(gates: unknown): Settings {
  const talking = { transport: 'acp', command: [process.execPath, path.join(SUPPORT, 'acpAgent.mjs')] };
  const racing = (...steps: string[]): string => JSON.stringify({ script: steps.join('\n') });
  const short = racing(
    'say Two words are enough.',
    "write src/goodbye.js export const goodbye = () => 'Bye!';",
    'commit Say goodbye',
  );
  const long = racing(
    'say It takes the name as greet does.',
    "write src/goodbye.js export const goodbye = (name) => 'Goodbye, ' + name + '!';",
    'write GOODBYE.md How to say goodbye',
    'usage',
    'commit Say goodbye',
  );
  return {
    'switchyard.gates': gates,
    'switchyard.agents': [
      { name: 'sample', role: 'coder', ...talking },
      { name: 'terse', role: 'coder', ...talking, env: { ACP_AGENT: short } },
      { name: 'thorough', role: 'coder', ...talking, env: { ACP_AGENT: long } },
    ],
    'switchyard.maxCoders': 6,
    'switchyard.merge.policy': 'train',
    'switchyard.merge.parallel': 2,
    'switchyard.archiveAfterHours': 30,
    'switchyard.denyAfterMinutes': 240,
  };
}
