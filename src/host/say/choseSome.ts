import * as vscode from 'vscode';
import { inform } from './notify';

/** Whether anything is left to be done; who presses Enter and has ticked nothing is told so. */
export function choseSome<T>(ticked: readonly T[] | undefined): ticked is readonly T[] {
  if (ticked?.length === 0) void inform(vscode.l10n.t('Nothing was ticked, so nothing was done.'));
  return ticked !== undefined && ticked.length > 0;
}
