import * as vscode from 'vscode';
import type { RebuildProgress } from '../store/shadow/shadowBuild';

/** What takes less than this (ms) is not worth a word. */
const PATIENCE_MS = 1_000;

/** Shows that the search index is built anew, once that takes longer than a moment. */
export function showRebuild(): (progress: RebuildProgress) => void {
  let latest: RebuildProgress | null = null;
  let report: ((progress: RebuildProgress) => void) | null = null;
  let end: () => void = () => undefined;
  const show = (): void => {
    if (latest === null) return;
    const title = vscode.l10n.t('Switchyard reads its records anew');
    const options = { location: vscode.ProgressLocation.Window, title };
    void vscode.window.withProgress(options, (view) => {
      report = ({ done, total }) => view.report({ message: vscode.l10n.t('{0} of {1}', done, total) });
      return new Promise<void>((resolve) => (end = resolve));
    });
  };
  let timer: NodeJS.Timeout | null = null;
  return (progress) => {
    timer ??= setTimeout(show, PATIENCE_MS);
    latest = progress.done < progress.total ? progress : null;
    report?.(progress);
    if (latest !== null) return;
    clearTimeout(timer);
    [timer, report] = [null, null];
    end();
  };
}
