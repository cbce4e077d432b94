// Takes the pictures of the documents: real stories, agents and gates on a sample project, in a real workbench.
// `npm run pictures` takes all; `npm run pictures -- board recording` those of these views.
import { mkdir } from 'node:fs/promises';
import { Stories } from '../../ui/support/stories';
import { RunScope } from '../runScope';
import { makeSampleRepository } from '../sampleProject';
import { openWorkbench } from '../workbench/open';
import { letGo, makeBusyProject, type BusyProject } from './busyProject';
import { recordBoard } from './recordBoard';
import { takeOverview } from './takeOverview';
import { takeDoctor, takeRestore } from './takeReports';
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
    const stories = new Stories(workbench);
    await workbench.openActivity('Switchyard');
    await stories.tree.waitForRow(/Greet in Portuguese/);
    await stories.approve();
    await workbench.runCommand('Notifications: Toggle Do Not Disturb Mode');
    const project = { workbench, stories, repository, ...(await startAgents(stories, busy)) };
    const views = {
      ...VIEWS,
      overview: (one: Project) => takeOverview(one, scope.path('reports')),
      restore: takeRestore,
      doctor: takeDoctor,
    };
    for (const [view, take] of Object.entries(views).filter(([name]) => isWanted(name))) {
      // One that fails must not keep the others from being taken.
      await take(project).catch(async (error: unknown) => {
        console.error(`${view} is not taken. Shown was ${await workbench.screenshot(`picture-of-${view}`)}.`, error);
        process.exitCode = 1;
      });
    }
  } finally {
    letGo(hold);
    await workbench.close();
  }
}

/** Agents are at work, one asks something, and two have raced. */
async function startAgents(stories: Stories, busy: BusyProject): Promise<Pick<Project, 'numberOf'>> {
  const numbers = new Map<string, number>();
  for (const { label } of await stories.tree.rows()) {
    const [, number, title = ''] = /^#(\d+) (.*)$/.exec(label) ?? [];
    if (number !== undefined) numbers.set(title, Number(number));
  }
  const numberOf = (title: string): number => {
    const found = numbers.get(title);
    if (found === undefined) throw new Error(`There is no story ${title} among ${[...numbers.keys()].join(', ')}`);
    return found;
  };
  for (const title of busy.toStart) await stories.run('Start', numberOf(title));
  for (const title of busy.toStart)
    await stories.waitInGroup(numberOf(title), /Remember/.test(title) ? 'Needs you' : 'Coding', /sample/);
  return { numberOf };
}

takePictures().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
