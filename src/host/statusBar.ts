import * as vscode from 'vscode';
import type { BoardModel } from '../core/board/boardModel';
import type { NoticeAction } from '../core/board/boardNames';
import { openNotices } from '../core/board/openNotices';
import { rowLine, saySum } from '../core/board/overviewText';
import { localClock } from '../core/words/localMoment';
import { say, type Said } from '../core/words/said';
import { inWords } from './say/inWords';
import { TooltipText } from './say/markdown';
import { whatWaits } from './needs/inbox';
import type { Repositories } from './repositories';
import { everyStory } from './storyIn';
import { tooltipIcon } from './tree/storyItem';
import { translate } from './say/translate';

/** Notices that the item shows in a way of their own. */
const OWN_ICON: readonly NoticeAction[] = ['redTarget', 'shareStories'];

/** How many stories the tooltip lists. */
const LISTED = 8;

/** The one status bar item: running agents, queue length, and what needs the person, over all repositories of the window. */
export function createStatusBar(repositories: Repositories): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('switchyard.status', vscode.StatusBarAlignment.Left, 50);
  item.name = 'Switchyard';
  item.command = 'switchyard.needsYou';
  const show = () => {
    const boards = repositories.all().flatMap((host) => host.model() ?? []);
    if (boards.length === 0) return item.hide();
    const overview = repositories.overview();
    const { running, queued, needsYou } = overview.counts;
    const looks = boards.filter(({ notices }) => notices.some(({ action }) => action?.id === 'shareStories'));
    const isApart = looks.some(({ sharing }) => sharing?.state === 'away' || sharing?.state === 'stopped');
    const look = looks.length === 0 ? '' : isApart ? ' $(debug-disconnect)' : ' $(broadcast)';
    const reds = boards.flatMap(sayRed);
    const red = reds.length === 0 ? '' : ' $(error)';
    const held = boards.some((board) => openNotices(board).some(({ action: { id } }) => !OWN_ICON.includes(id)));
    const proven = boards.flatMap(sayTargetGates);
    const gates = proven.length === 0 ? '' : ' $(beaker)';
    item.text = `$(robot) ${running} $(git-merge) ${queued}${needsYou > 0 ? ` $(bell) ${needsYou}` : ''}${held ? ' $(warning)' : ''}${red}${gates}${look}`;
    const said = [...saySum(overview), ...reds, ...proven, ...(looks.length > 0 ? [say('sharing needs a look')] : [])];
    const words = said.map((one) => inWords([one])).join(', ');
    item.accessibilityInformation = { label: `Switchyard: ${words}`, role: 'button' };
    item.tooltip = tooltipOf(repositories, words);
    item.show();
  };
  show();
  return vscode.Disposable.from(item, repositories.onDidChange(show));
}

/** The queue is paused then, whatever is in it. */
function sayRed({ target, notices }: BoardModel): Said[] {
  return target !== null && notices.some(isRed) ? [say('{0} is red', target.name)] : [];
}

function isRed({ action }: BoardModel['notices'][number]): boolean {
  return action?.id === 'redTarget';
}

/** Gates that run on the target itself. A moment, not an age: it must not become another one each second. */
function sayTargetGates({ target, queue }: BoardModel): Said[] {
  if (target === null || queue?.targetGates === undefined) return [];
  return [say('gates run on {0} since {1}', target.name, localClock(queue.targetGates))];
}

function tooltipOf(repositories: Repositories, words: string): vscode.MarkdownString {
  const tooltip = new TooltipText().bold('Switchyard');
  const { rows } = repositories.overview();
  const [only] = rows;
  if (!repositories.areSeveral && only?.target != null) tooltip.text(`→ ${only.target}`);
  tooltip.end().text(`${words}.`).end();
  for (const host of repositories.all()) {
    const where = repositories.label(host);
    const line = host.model()?.sharing?.line;
    if (line !== undefined)
      tooltip
        .icon('broadcast')
        .text(where === null ? line : `${where}: ${line}`)
        .end();
  }
  if (repositories.areSeveral) for (const row of rows) tooltip.text(rowLine(row, Date.now(), translate)).end();
  // What needs the person is told first, in the order of the list; then what goes on by itself.
  const { stories: waiting, notices } = whatWaits(repositories);
  for (const { host, notice } of notices.slice(0, LISTED))
    tooltip
      .icon('warning')
      .text([repositories.label(host), notice.text].filter((part) => part !== null).join(': '))
      .end();
  const recovering = everyStory({ repositories }).filter(({ card }) => card.mark !== null && card.need === null);
  for (const { host, card } of [...waiting, ...recovering].slice(0, LISTED)) {
    const where = repositories.label(host);
    tooltip
      .icon(tooltipIcon(card))
      .bold(`${where === null ? '' : `${where} `}#${card.number}`)
      .text(card.title)
      .line();
    tooltip.text(card.why ?? '').end();
  }
  return tooltip
    .links([
      ...(waiting.length + notices.length === 0
        ? []
        : [{ label: vscode.l10n.t('Next That Needs You'), command: 'switchyard.nextNeedsYou' }]),
      ...(repositories.all().some((host) => host.model()?.notices.some(isRed) === true)
        ? [{ label: vscode.l10n.t('What to Do about a Red Target'), command: 'switchyard.redTarget' }]
        : []),
      { label: vscode.l10n.t('Open Board'), command: 'switchyard.openBoard' },
      ...(repositories.areSeveral
        ? [{ label: vscode.l10n.t('Show Overview'), command: 'switchyard.showOverview' }]
        : []),
      { label: vscode.l10n.t('New Story…'), command: 'switchyard.newStory' },
    ])
    .toMarkdown();
}
