import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';

/** After this time (ms) a person is told that something goes on. */
const LONG_MS = 1000;

/**
 * Shows that something goes on once it has taken over a second: with Cancel where it can be stopped, else quietly in the
 * status bar. Gives what came of it.
 */
export async function showIfLong<T>(title: string, going: Promise<T>, cancel: (() => void) | null): Promise<T> {
  const long = Symbol('long');
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<typeof long>((resolve) => {
    timer = setTimeout(() => resolve(long), LONG_MS);
  });
  const first = await Promise.race([going, waited]).finally(() => clearTimeout(timer));
  if (first !== long) return first;
  const location = cancel === null ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification;
  const options = { location, title: plainLine(title), cancellable: cancel !== null };
  return vscode.window.withProgress(options, (_, cancelled) => {
    cancelled.onCancellationRequested(() => cancel?.());
    return going;
  });
}

/**
 * As `showIfLong`, with Cancel. What is under way may ask the signal before it changes anything; `cancelled` as soon as the
 * person said so, while what cannot be ended goes on and is heard of no more.
 */
export function unlessCancelled<T>(
  title: string,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'cancelled'> {
  const controller = new AbortController();
  const cancelled = new Promise<'cancelled'>((resolve) =>
    controller.signal.addEventListener('abort', () => resolve('cancelled'), { once: true }),
  );
  return showIfLong(title, Promise.race([start(controller.signal), cancelled]), () => controller.abort());
}

/** As `showIfLong`, for what is done to one story and cannot be stopped half-way. */
export function workingOn<T>({ number }: { readonly number: number }, going: Promise<T>): Promise<T> {
  return showIfLong(vscode.l10n.t('Working on #{0}…', number), going, null);
}
