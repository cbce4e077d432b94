import * as vscode from 'vscode';
import { translatorOf } from '../../core/words/recordWords';
import type { Translate } from '../../core/words/said';

let known: Translate | null = null;

/** Looks a text up in the person's language, also one that a record kept as it was said. */
export const translate: Translate = (text, ...values) => {
  const { bundle } = vscode.l10n;
  // VS Code fills names in braces from a list as well: `{length}` of a text that somebody wrote.
  if (bundle === undefined) return values.length === 0 ? text : vscode.l10n.t(text, ...values);
  known ??= translatorOf(bundle);
  return known(text, ...values);
};
