import type * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { Log } from '../../ports/log';
import type { Consents } from '../api/consents';
import type { Approval } from '../approval';
import type { RecentLines } from '../log';
import type { OutputChannels } from '../outputChannels';
import type { TextDocuments } from '../past/textDocuments';
import type { DoctorDocument } from '../doctor/doctorDocument';
import type { RepositoryHost } from '../repositoryHost';
import type { Reviews } from '../review/reviews';
import type { StoryView } from '../tree/storyView';

/** What every command may use. */
export interface CommandContext {
  readonly host: RepositoryHost;
  readonly approval: Approval;
  readonly outputs: OutputChannels;
  readonly view: StoryView;
  readonly reviews: Reviews;
  readonly consents: Consents;
  /** The story whose worktree this window is open on; null where it is another folder. */
  readonly windowStory: () => Card | null;
  readonly doctor: DoctorDocument;
  readonly log: Log;
  readonly recentLog: RecentLines;
  readonly texts: TextDocuments;
  /** Who said and did what on a story, as a document that grows. */
  readonly transcripts: { readonly open: (context: CommandContext, card: Card) => Promise<void> };
  readonly secrets: vscode.SecretStorage;
  /** The extension's own package.json. */
  readonly manifest: unknown;
  readonly logChannel: vscode.LogOutputChannel;
}
