import type * as vscode from 'vscode';
import type { BoardModel } from '../../core/board/boardModel';
import type { StageName } from '../../core/story/stage';
import { STAGE_NAMES, STORY_TYPES, type StoryType } from '../../core/story/stageNames';
import type { Repositories } from '../repositories';
import type { RepositoryHost } from '../repositoryHost';
import { StoryEvents, type StoryEventShown } from './storyEvents';
import type { Consents } from './consents';

/** What other extensions may use, version 2. The board may be read by all; everything else needs the person's consent. */
export interface SwitchyardApi {
  readonly version: 2;
  /** The board that the window shows, of several repositories the chosen one; null while there is no usable repository. */
  board(): BoardModel | null;
  /** Every repository of the window by its name in it, in the order of the folders; null where a board is not there yet. */
  boards(): readonly { readonly repository: string; readonly board: BoardModel | null }[];
  readonly onDidChangeBoard: vscode.Event<void>;
  /** More, for the extension with this id (`publisher.name`), which has to be installed. */
  forExtension(id: string): SwitchyardAccess;
}

/** What came of a call. `denied`: the person does not allow it. `refused`: it cannot be done; `message` is for people. */
export type ApiOutcome =
  | { readonly kind: 'done'; readonly number: number; readonly stage: StageName }
  | { readonly kind: 'denied' }
  | { readonly kind: 'refused'; readonly message: string };

/** The person is asked at the first use of each of these, once for an extension, and can take it back. */
export interface SwitchyardAccess {
  /** Calls back when a story is made, moves to another stage, or is gone. Null where the person does not allow it. */
  onDidChangeStories(listener: (event: StoryEventShown) => void): Promise<vscode.Disposable | null>;
  /** Makes a story in the backlog. */
  createStory(wanted: {
    readonly title: string;
    readonly type?: StoryType;
    readonly body?: string;
    /** Needed in a window of several. */
    readonly repository?: string;
  }): Promise<ApiOutcome>;
  /** Moves a story as "Move to Stage" does, by the one event that leads there; what a person must decide is refused. */
  moveStory(number: number, to: StageName, repository?: string): Promise<ApiOutcome>;
}

/** Reached by a person's own decision alone: what was not reviewed or gated does not land by an extension's word. */
const NOT_BY_EXTENSIONS: readonly StageName[] = ['Merge', 'Done', 'Archived'];

const NO_REPOSITORY: ApiOutcome = { kind: 'refused', message: 'No repository with stories is open in this window.' };

const WHICH_REPOSITORY: ApiOutcome = { kind: 'refused', message: 'Name a repository: this window has several.' };

/** The one that is named, or the only one. */
function meant(repositories: Repositories, name: string | undefined): RepositoryHost | null {
  if (name !== undefined) return repositories.named(name);
  return repositories.areSeveral ? null : repositories.shown();
}

export function createApi(repositories: Repositories, consents: Consents): SwitchyardApi & { dispose(): void } {
  const events = new StoryEvents(repositories);
  return {
    version: 2,
    board: () => repositories.shown().model(),
    boards: () => repositories.all().map((host) => ({ repository: host.name, board: host.model() })),
    onDidChangeBoard: repositories.onDidChange,
    forExtension: (id) => accessOf(repositories, consents, events, id),
    dispose: () => events.dispose(),
  };
}

function accessOf(repositories: Repositories, consents: Consents, events: StoryEvents, id: string): SwitchyardAccess {
  return {
    onDidChangeStories: async (listener) => ((await consents.ask(id, 'events')) ? events.onDidChange(listener) : null),
    createStory: async ({ title, type = 'story', body = '', repository }) => {
      if (typeof title !== 'string' || typeof body !== 'string' || !STORY_TYPES.includes(type))
        return { kind: 'refused', message: 'A story needs a title, and a type that Switchyard knows.' };
      if (!(await consents.ask(id, 'create'))) return { kind: 'denied' };
      const session = meant(repositories, repository)?.session() ?? null;
      if (session === null) return repositories.areSeveral ? WHICH_REPOSITORY : NO_REPOSITORY;
      const outcome = await session.createStory({ title, type, body });
      return outcome.kind === 'refused' ? outcome : doneOf(outcome.story);
    },
    moveStory: async (number, to, repository) => {
      if (!STAGE_NAMES.includes(to)) return { kind: 'refused', message: 'There is no such stage.' };
      if (NOT_BY_EXTENSIONS.includes(to))
        return { kind: 'refused', message: `A person moves stories to ${to}, or the pipeline does.` };
      if (!(await consents.ask(id, 'move'))) return { kind: 'denied' };
      const host = meant(repositories, repository);
      const card = host?.model()?.cards.find((one) => one.number === number);
      const session = host?.session() ?? null;
      if (session === null) return repositories.areSeveral ? WHICH_REPOSITORY : NO_REPOSITORY;
      if (card === undefined) return { kind: 'refused', message: `There is no story #${number} to move.` };
      const outcome = await session.moveTo(card.key, to);
      return outcome.kind === 'refused' ? outcome : doneOf(outcome.story);
    },
  };
}

function doneOf({
  number,
  stage,
}: {
  readonly number: number;
  readonly stage: { readonly name: StageName };
}): ApiOutcome {
  return { kind: 'done', number, stage: stage.name };
}
