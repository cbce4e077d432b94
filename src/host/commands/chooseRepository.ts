import * as vscode from 'vscode';
import { overviewOf } from '../../core/board/overview';
import { repositoryName, rowWords } from '../../core/board/overviewText';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';
import { warn } from '../say/notify';
import { pickOne } from '../say/pick';
import type { PlainCommandId } from './commandList';

/** What a button or a link gives along that is about one repository of the window. */
export interface RepositoryTarget {
  readonly repository: string;
}

export function targetOf({ name }: RepositoryHost): RepositoryTarget {
  return { repository: name };
}

/**
 * The repository that a command is for: the one that was clicked in (a row, a story, a file, a button), else the only one, else
 * that of the board or the story in front. Only where none of them says it, the person is asked; null when they say none.
 * `can`: where it can be done at all, if that is not everywhere.
 */
export async function chooseRepository(
  repositories: Repositories,
  title: string,
  given: readonly unknown[],
  can: (host: RepositoryHost) => boolean = () => true,
): Promise<RepositoryHost | null> {
  for (const one of given) {
    const meant = meantBy(repositories, one);
    if (meant !== null) return meant;
  }
  if (!repositories.areSeveral) return repositories.shown();
  const able = repositories.all().filter(can);
  if (able.length < 2 && able.length < repositories.all().length) return able[0] ?? repositories.shown();
  const front = inFront(repositories);
  if (front !== null && can(front)) return front;
  return pickRepository(repositories, vscode.l10n.t('{0}: in which repository?', title), can);
}

/** The shown one stands first, each with how it stands. */
export async function pickRepository(
  repositories: Repositories,
  title: string,
  can: (host: RepositoryHost) => boolean = () => true,
): Promise<RepositoryHost | null> {
  const shown = repositories.shown();
  const hosts = [shown, ...repositories.all().filter((host) => host !== shown)].filter(can);
  const choices = hosts.flatMap((host) => {
    const [row] = overviewOf([host.shown()]).rows;
    return row === undefined ? [] : [{ label: repositoryName(row), detail: rowWords(row, Date.now(), vscode.l10n.t), icon: 'repo', value: host }]; // prettier-ignore
  });
  return (await pickOne(choices, { title, stays: true })) ?? null;
}

/** What can be done where nothing of Switchyard runs: to look at it, and to set it up. */
const ANYWHERE: readonly PlainCommandId[] = [
  'runDoctor',
  'doctorAct',
  'saveBugBundle',
  'editGates',
  'editAgents',
  'setUpGates',
  'setUpAgent',
  'setUpWorktrees',
  'setIdentity',
  'openWalkthrough',
];

/** Says why a command can do nothing in a repository of several, such as one without a commit; false where it can. */
export function isOutOfReach({ areSeveral }: Repositories, host: RepositoryHost, id: PlainCommandId): boolean {
  const { problem } = host.shown();
  if (!areSeveral || host.session() !== null || problem === null || ANYWHERE.includes(id)) return false;
  void warn(`${host.name}: ${problem}`);
  return true;
}

/** What was clicked; null where it says nothing of a repository. */
export function meantBy(repositories: Repositories, given: unknown): RepositoryHost | null {
  if (typeof given === 'string') return repositories.holding(given);
  if (given instanceof vscode.Uri) return repositories.at(given);
  if (Array.isArray(given)) return meantBy(repositories, given[0]);
  if (typeof given !== 'object' || given === null) return null;
  const { key, repository } = given as { readonly key?: unknown; readonly repository?: unknown };
  if (typeof repository === 'string') return repositories.named(repository);
  return typeof key === 'string' ? repositories.holding(key) : null;
}

/** The board says which it shows, and a story's document which story it is. A file says nothing of what a command is for. */
function inFront(repositories: Repositories): RepositoryHost | null {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputWebview && input.viewType.endsWith('switchyard.board'))
    return repositories.shown();
  return input instanceof vscode.TabInputText && input.uri.scheme !== 'file' ? repositories.at(input.uri) : null;
}
