import * as vscode from 'vscode';
import type { Log } from '../../ports/log';
import type { Repositories } from '../repositories';
import { Agreements } from './agreements';
import { OpenStories } from './openStories';
import { StoryDiagnostics } from './storyDiagnostics';
import { StoryFileSystem } from './storyFileSystem';
import { StoryLenses } from './storyLenses';
import { STORY_SCHEME } from './storyUri';

/** Makes stories documents of VS Code: `switchyard:/42.md`, in a window of several repositories `switchyard:/app/42.md`. */
export function registerStoryDocuments(
  repositories: Repositories,
  { workspaceState }: vscode.ExtensionContext,
  log: Log,
): vscode.Disposable {
  const agreements = new Agreements(workspaceState);
  const files = new StoryFileSystem(repositories, agreements);
  const lenses = new StoryLenses(repositories, agreements);
  return vscode.Disposable.from(
    vscode.workspace.registerFileSystemProvider(STORY_SCHEME, files, { isCaseSensitive: true }),
    new OpenStories({ repositories, files, agreements, log }),
    new StoryDiagnostics(agreements),
    lenses,
    vscode.languages.registerCodeLensProvider({ scheme: STORY_SCHEME }, lenses),
  );
}
