import type * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { Log } from '../../ports/log';
import type { Consents } from '../api/consents';
import type { Approval } from '../approval';
import type { RecentLines } from '../log';
import type { OutputChannels } from '../outputChannels';
import type { TextDocuments } from '../past/textDocuments';
import type { DoctorDocument } from '../doctor/doctorDocument';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';
import type { Reviews } from '../review/reviews';
import type { StoryIn } from '../storyIn';
import type { StoryView } from '../tree/storyView';

/** What every command may use. */
export interface CommandContext {
  readonly repositories: Repositories;
  /** The repository that the command is for; where it is for the window, the one that the board shows. */
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
  /** Of one run of an agent, by its id, or of the last one. */
  readonly transcripts: { readonly open: (context: CommandContext, card: Card, run?: string) => Promise<void> };
  readonly secrets: vscode.SecretStorage;
  /** The extension's own package.json. */
  readonly manifest: unknown;
  readonly logChannel: vscode.LogOutputChannel;
}

/** The same, for another repository. */
export function inRepository(context: CommandContext, host: RepositoryHost): CommandContext {
  return { ...context, host };
}

/** The name of a document about one repository: where the window has several, each has a folder of them. */
export function documentName({ host, repositories }: CommandContext, name: string): string {
  const label = repositories.label(host);
  return label === null ? name : `${label}/${name}`;
}

/** What a box or a notification about one repository says, with its name where the window has several. */
export function saidOf({ host, repositories }: CommandContext, words: string): string {
  const label = repositories.label(host);
  return label === null ? words : `${label}: ${words}`;
}

/** The stories of each repository, with what commands on them use. */
export function byRepository(context: CommandContext, stories: readonly StoryIn[]): [CommandContext, Card[]][] {
  const hosts = [...new Set(stories.map(({ host }) => host))];
  return hosts.map((host) => [
    inRepository(context, host),
    stories.filter((one) => one.host === host).map(({ card }) => card),
  ]);
}
