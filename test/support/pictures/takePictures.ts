// Takes the pictures of the documents: real stories, agents and gates on a sample project, in a real workbench.
// `npm run pictures` takes all; `npm run pictures -- board recording` those of these views.
import { mkdir } from 'node:fs/promises';
import { Stories } from '../../ui/support/stories';
import { RunScope } from '../runScope';
import { makeSampleRepository } from '../sampleProject';
import { openWorkbench } from '../workbench/open';
import { ASKS, letGo, makeBusyProject, type BusyProject } from './busyProject';
import { recordBoard } from './recordBoard';
import { takeOverview } from './takeOverview';
import { takeDoctor, takeRestore } from './takeReports';
import { STORY_VIEWS } from './takeStories';
import { VIEWS, type Project } from './views';

const wanted = process.argv.slice(2);
const isWanted = (view: string): boolean => wanted.length === 0 || wanted.includes(view);

async function takePictures(): Promise<void> {
  const scope = new RunScope();
  const hold = scope.path('hold');
  try {
    await mkdir(hold);
    if (wanted.join() !== 'recording') await takeBusyAfternoon(scope, hold);
    if (isWanted('recording')) await recordBoard(scope.path('recorded'));
  } finally {
    letGo(hold);
    await scope.close();
  }
}

async function takeBusyAfternoon(scope: RunScope, hold: string): Promise<void> {
  const repository = await makeSampleRepository(scope.path('greeter'));
  const busy = await makeBusyProject(repository.folder, hold);
  const workbench = await openWorkbench({ folder: repository.folder, settings: busy.settings });
  try {
    const stories = new Stories(workbench, repository.folder);
    await workbench.openActivity('Switchyard');
    await stories.tree.waitForRow(/Greet in Portuguese/);
    await stories.approve();
    await workbench.runCommand('Notifications: Toggle Do Not Disturb Mode');
    await startAgents(stories, busy);
    const letGates = (): void => letGo(hold, ['shout.js']);
    const project = { workbench, stories, repository, numberOf: busy.numberOf, letGates };
    const views = {
      ...VIEWS,
      ...STORY_VIEWS,
      restore: takeRestore,
      doctor: takeDoctor,
      // Last, because the window is another one then.
      overview: (one: Project) => takeOverview(one, scope.path('reports')),
    };
    for (const [view, take] of Object.entries(views).filter(([name]) => isWanted(name))) {
      // One that fails must not keep the others from being taken.
      await inTime(take(project)).catch(async (error: unknown) => {
        console.error(`${view} is not taken. Shown was ${await workbench.screenshot(`picture-of-${view}`)}.`, error);
        process.exitCode = 1;
      });
    }
  } finally {
    letGo(hold);
    await workbench.close();
  }
}

/** What waits for something that does not come is given up after so long (ms). */
const LONGEST_MS = 120_000;

function inTime(taken: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It takes too long.')), LONGEST_MS);
    void taken.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Agents are at work, and one asks something. */
async function startAgents(stories: Stories, { toStart, numberOf }: BusyProject): Promise<void> {
  for (const title of toStart) await stories.run('Start', numberOf(title));
  for (const title of toStart)
    await stories.waitInGroup(numberOf(title), title === ASKS ? 'Needs you' : 'Coding', /sample/);
}

takePictures().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
