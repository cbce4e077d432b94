import * as vscode from 'vscode';
import { pastBoardText } from '../../core/board/boardText';
import { readMoment } from '../../core/story/readMoment';
import { eventWords } from '../../core/story/timelineText';
import type { CommandContext } from '../commands/context';
import { localMoment } from '../../core/words/localMoment';
import { askLine, pickOne } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import type { Session } from '../../session/session';
import { wordsOf } from '../say/inWords';
import { localBoard } from '../say/localBoard';
import { translate } from '../say/translate';

/** How many of the latest changes are offered as moments. */
const OFFERED = 100;
const HOUR_MS = 60 * 60 * 1000;

/** Shows the board as it was at a moment that the person chooses. Nothing can be done there. */
export async function showBoardAt(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const at = await askMoment(session);
  if (at === undefined) return;
  const time = new Date(at).toISOString();
  const title = vscode.l10n.t('Board at {0}', localMoment(time).replaceAll(':', '.'));
  const board = await unlessCancelled(title, () => session.boardAt(time));
  if (board === 'cancelled') return;
  await context.texts.show(
    `${title}.txt`,
    pastBoardText(localBoard(board), { time, shown: localMoment(time), t: translate }),
  );
}

async function askMoment(session: Session): Promise<number | undefined> {
  const now = Date.now();
  const { entries } = await session.timeline({ key: null, before: null, limit: OFFERED });
  const typed = { label: vscode.l10n.t('Another Time…'), icon: 'edit', value: 'typed' as const };
  const spans = [
    { label: vscode.l10n.t('An hour ago'), icon: 'history', value: now - HOUR_MS },
    { label: vscode.l10n.t('A day ago'), icon: 'history', value: now - 24 * HOUR_MS },
    { label: vscode.l10n.t('A week ago'), icon: 'history', value: now - 7 * 24 * HOUR_MS },
  ];
  const changes = entries.map((entry) => ({
    label: vscode.l10n.t('After #{0}: {1}', entry.number, eventWords(entry.event, translate)),
    description: localMoment(entry.at),
    value: Date.parse(entry.at),
  }));
  const title = vscode.l10n.t('The board at which moment?');
  const picked = await pickOne<number | 'typed'>([typed, ...spans, ...changes], { title });
  return picked === 'typed' ? typeMoment(now) : picked;
}

async function typeMoment(now: number): Promise<number | undefined> {
  const text = await askLine({
    title: vscode.l10n.t('The board at which moment?'),
    placeHolder: vscode.l10n.t('2026-01-31 13:05 in your time zone, or with UTC behind it'),
    validateInput: (written) => {
      const read = readMoment(written, now);
      return read.kind === 'refused' && written !== '' ? wordsOf(read) : null;
    },
  });
  const read = readMoment(text ?? '', now);
  return read.kind === 'moment' ? read.at : undefined;
}
