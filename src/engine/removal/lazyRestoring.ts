import type { Kept, KeptFiles } from '../../core/rescue/removalView';
import type { RestoreOutcome, StoryRestoring, StoryRestoringPorts } from './storyRestoring';

/** What was deleted or kept, and how it comes back; loaded when somebody asks for it, or a kill cut it off. */
export class LazyRestoring {
  #loaded: Promise<StoryRestoring> | null = null;

  constructor(private readonly ports: StoryRestoringPorts) {}

  /** Deleted stories that are not purged, and all work under rescue refs; the newest first. */
  async kept(): Promise<Kept[]> {
    return (await this.#load()).kept();
  }

  async restore(id: string, signal: AbortSignal): Promise<RestoreOutcome> {
    return (await this.#load()).restore(id, signal);
  }

  async files(ref: string): Promise<KeptFiles> {
    return (await this.#load()).files(ref);
  }

  async forget(ref: string, commit: string): Promise<RestoreOutcome> {
    return (await this.#load()).forget(ref, commit);
  }

  /** Carries on what a kill cut off. */
  async finish(): Promise<void> {
    if (this.ports.removals.list().some(({ kind }) => kind === 'restore')) await (await this.#load()).finish();
  }

  #load(): Promise<StoryRestoring> {
    return (this.#loaded ??= import('./storyRestoring').then(({ StoryRestoring }) => new StoryRestoring(this.ports)));
  }
}
