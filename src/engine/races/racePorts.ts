import type { Disposable } from '../../base/disposable';
import type { AgentNames } from '../../core/pipeline/roles';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { RemovalPreview, RemovalResult, RemovalWish } from '../../core/rescue/removalView';
import type { PersonRequest } from '../stories/personCommands';
import type { EnginePorts } from '../ports';
import type { ChangeOutcome, StoryBook } from '../stories/storyBook';

/** What a race of agents needs of the world. */
export interface RacePorts extends Pick<
  EnginePorts,
  'git' | 'store' | 'content' | 'sessions' | 'verdicts' | 'quarantines' | 'runs' | 'clock' | 'log' | 'onRaceStep'
> {
  readonly book: StoryBook;
  readonly agents: () => AgentNames;
  readonly target: () => Promise<TargetFacts>;
  readonly perform: (key: string, request: PersonRequest) => Promise<ChangeOutcome>;
  /** Nothing begins on the story until it is disposed. */
  readonly hold: (key: string) => Disposable;
  /** Resolves once everything that works on the story has ended. */
  readonly stop: (key: string, why: string) => Promise<void>;
  readonly previewRemoval: (keys: readonly string[]) => Promise<readonly RemovalPreview[]>;
  readonly remove: (wish: RemovalWish) => Promise<readonly RemovalResult[]>;
  /** Why nothing is done to a story now: records of it were lost; null where there is no reason. */
  readonly refuse: (key: string) => { readonly kind: 'refused'; readonly message: string } | null;
  /** A race that could not be decided may be tried again. */
  readonly onDue: () => void;
}
