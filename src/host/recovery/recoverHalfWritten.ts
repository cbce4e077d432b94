import * as vscode from 'vscode';
import { HALF_WRITTEN_CLASSES, type HalfWritten } from '../../core/recovery/halfWritten';
import { reportInLanguage } from '../../core/words/saidReport';
import { readNumberFilter } from '../../core/recovery/numberFilter';
import {
  CLASS_WORDS,
  describeHalfWritten,
  sayNumber,
  recoveryReport,
  type Became,
} from '../../core/recovery/recoveryText';
import type { Session } from '../../session/session';
import type { CommandContext } from '../commands/context';
import { guarded } from '../commands/showBug';
import { choseSome } from '../say/choseSome';
import { confirm, inform, warn } from '../say/notify';
import { askLine } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import { tickMany } from '../say/tickMany';
import type { ShownTexts } from './shownTexts';
import { inWords, wordsOf } from '../say/inWords';
import { translate } from '../say/translate';

/** How many are recovered before somebody who cancels is heard. */
const BATCH = 20;

/**
 * Lists what half-written stories left in the store; the person looks, ticks and confirms, and reads what became of each.
 * Nothing is changed before that.
 */
export async function recoverHalfWritten(context: CommandContext, texts: ShownTexts): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const numbers = await askForNumbers();
  if (numbers === undefined) return;
  const found = await lookFor(session, numbers);
  if (found === 'cancelled') return;
  if (found.length === 0) {
    void inform(
      numbers === null
        ? vscode.l10n.t('There are no half-written stories.')
        : vscode.l10n.t('There are no half-written stories with these numbers.'),
    );
    return;
  }
  const ticked = await askWhich(context, { session, texts, found });
  if (!choseSome(ticked) || !(await agreed(ticked.length))) return;
  const became = await recover(session, ticked);
  await texts.show(vscode.l10n.t('Recovered Stories'), reportInLanguage(recoveryReport(became), translate), 'taken');
  const left = became.filter((one) => one.kind === 'left').length;
  if (left > 0) void warn(vscode.l10n.t('{0} could not be recovered and are as they were. The report says why.', left));
}

/** Null for all; undefined when the person leaves. */
async function askForNumbers(): Promise<readonly number[] | null | undefined> {
  const text = await askLine({
    title: vscode.l10n.t('Recover Half-Written Stories (1/2): Which numbers?'),
    placeHolder: vscode.l10n.t('All; or story numbers such as 12, 14-20'),
    prompt: vscode.l10n.t('Only looks. What is found is listed, and nothing is changed before you confirm.'),
    validateInput: (typed) => {
      const filter = readNumberFilter(typed);
      return filter.kind === 'refused' ? wordsOf(filter) : null;
    },
  });
  if (text === undefined) return undefined;
  const filter = readNumberFilter(text);
  return filter.kind === 'numbers' ? filter.numbers : null;
}

async function lookFor(
  session: Session,
  numbers: readonly number[] | null,
): Promise<readonly HalfWritten[] | 'cancelled'> {
  const report = await unlessCancelled(vscode.l10n.t('Looking for half-written stories'), () =>
    session.recoverHalfWritten(numbers === null ? {} : { numbers }),
  );
  return report === 'cancelled' ? report : report.found;
}

interface Found {
  readonly session: Session;
  readonly texts: ShownTexts;
  readonly found: readonly HalfWritten[];
}

function askWhich(
  context: CommandContext,
  { session, texts, found }: Found,
): Promise<readonly HalfWritten[] | undefined> {
  const now = Date.now();
  const groups = HALF_WRITTEN_CLASSES.map((one) => ({
    name: vscode.l10n.t(CLASS_WORDS[one]),
    choices: found
      .filter((item) => item.class === one)
      .map((item) => ({
        label: `${inWords([sayNumber(item)])} ${item.title}`,
        detail: inWords([describeHalfWritten(item, now)]),
        value: item,
      })),
  }));
  const words = {
    title: vscode.l10n.t('Recover Half-Written Stories (2/2): {0} found', found.length),
    placeHolder: vscode.l10n.t('Tick what to recover. Nothing is changed before you confirm'),
    look: vscode.l10n.t('Show Its Text'),
  };
  return tickMany(groups, words, (item) => {
    void guarded(context, 'recoverHalfWritten', async () => {
      const text = await session.halfWrittenText(item.key);
      await texts.show(`${inWords([sayNumber(item)])} ${item.title}`, text ?? vscode.l10n.t('It has no text.'), 'left');
    });
  });
}

function agreed(count: number): Promise<boolean> {
  const question =
    count === 1 ? vscode.l10n.t('Recover this story?') : vscode.l10n.t('Recover these {0} stories?', count);
  const detail = vscode.l10n.t(
    'Each becomes a story in Backlog under a fresh number, with what its text says of title, type, priority and labels. Then the old rows are cleared.',
  );
  return confirm(question, detail, vscode.l10n.t('Recover'));
}

/** In batches, so that who cancels is heard: what is recovered by then stays recovered. */
async function recover(session: Session, ticked: readonly HalfWritten[]): Promise<readonly Became[]> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Recovering half-written stories'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    const became: Became[] = [];
    for (let start = 0; start < ticked.length; start += BATCH) {
      const batch = ticked.slice(start, start + BATCH);
      if (cancelled.isCancellationRequested) {
        became.push(...batch.map((was) => ({ was, kind: 'untouched' as const })));
        continue;
      }
      progress.report({ message: vscode.l10n.t('{0} of {1}', start, ticked.length), increment: 0 });
      const { results } = await session.recoverHalfWritten({ keys: batch.map((item) => item.key), mode: 'recover' });
      for (const was of batch) {
        const result = results.find((one) => one.key === was.key);
        if (result?.kind === 'recovered') became.push({ was, kind: 'recovered', ...result.story });
        else became.push({ was, kind: 'left', why: result?.why ?? vscode.l10n.t('It is not there any more.') });
      }
      progress.report({ increment: (100 * batch.length) / ticked.length });
    }
    return became;
  });
}
