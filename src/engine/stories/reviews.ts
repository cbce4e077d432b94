import type { Disposable } from '../../base/disposable';
import { Listeners } from '../../base/listeners';
import { Recent } from '../../base/recent';
import { SerialQueue } from '../../base/serialQueue';
import { changeReview, markSent, NO_REVIEW } from '../../core/review/changeReview';
import {
  reviewSchema,
  type Review,
  type ReviewChange,
  type ShownReview,
  type ShownThread,
} from '../../core/review/comments';
import { rejectEvidence } from '../../core/review/evidence';
import type { FileLines } from '../../core/review/lineChanges';
import { neededLines, placeThread } from '../../core/review/placeThreads';
import type { TargetFacts } from '../../core/pipeline/facts';
import { reviewId, reviewTextId } from '../../core/story/contentIds';
import type { Feedback, Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { Refs } from '../../ports/refs';
import type { ReviewGit } from '../../ports/reviewGit';
import type { ContentStore } from '../../ports/store';
import { say, type Said, type Refusal } from '../../core/words/said';
import { NO_STORY } from '../../core/story/noStory';

interface ReviewPorts {
  readonly git: ReviewGit & Pick<Refs, 'tip'>;
  readonly content: Pick<ContentStore, 'read' | 'write'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly find: (key: string) => Promise<StoryRecord | null>;
  readonly target: () => Promise<TargetFacts>;
}

export type ReviewOutcome = { kind: 'done'; message: string } | Refusal;

/** Of how many pairs of commits the changed lines are kept. */
const PAIRS_KEPT = 100;

/**
 * What people say about what stories change. Kept are the comments with the commit they were made on, and which tips were
 * looked at; whether a comment is answered is asked of git each time.
 */
export class Reviews {
  /** One change of a review at a time. */
  readonly #queue = new SerialQueue();
  readonly #lines = new Recent<FileLines[]>(PAIRS_KEPT);

  readonly #writes: Listeners<void>;

  constructor(private readonly ports: ReviewPorts) {
    this.#writes = new Listeners(ports.log);
  }

  /** Called after what is kept of a review was changed. */
  onDidWrite(listener: () => void): Disposable {
    return this.#writes.add(listener);
  }

  /** The story as it is to be reviewed now; null where it changes nothing. */
  async show(key: string): Promise<ShownReview | null> {
    const story = await this.ports.find(key);
    const range = story === null ? null : await this.#rangeOf(story);
    if (story === null || range === null) return null;
    const { looks, threads } = await this.#read(key);
    const { stage } = story;
    const last = looks.at(-1) ?? null;
    return {
      ...range,
      reasons: stage.name === 'ReviewHold' ? [...stage.reasons] : [],
      lookedAt: last?.tip ?? null,
      since: looks.findLast((one) => one.tip !== range.tip) ?? null,
      threads: await this.#place(threads, range.tip),
    };
  }

  change(key: string, change: ReviewChange): Promise<ReviewOutcome> {
    return this.#queue.run(async () => {
      if ((await this.ports.find(key)) === null) return NO_STORY;
      const at = this.#now();
      const outcome = changeReview(await this.#read(key), change, { at, id: this.ports.newId() });
      if (outcome.kind === 'refused') return outcome;
      await this.#write(key, outcome.review);
      return { kind: 'done', message: '' };
    });
  }

  /**
   * Why a story may not be approved at this tip, in a sentence; null where it may. `seen`: the tip that whoever approves has
   * in front of them; without it, one of those that were looked at has to be it, if any was.
   */
  async whyNotSeen({ key, number }: StoryRecord, tip: Oid, seen: Oid | null): Promise<Said | null> {
    const { looks } = await this.#read(key);
    const known = seen ?? (looks.some((one) => one.tip === tip) ? tip : (looks.at(-1)?.tip ?? tip));
    if (known === tip) return null;
    return say('#{0} has changed since you looked at it: that was {1}, now it is {2}. Look at what is new, then approve it.', number, known.slice(0, 8), tip.slice(0, 8)); // prettier-ignore
  }

  /**
   * What goes to the coder with a Reject. The text is on disk before this resolves; `sent` notes that it went, once the story
   * is back in Coding.
   */
  async evidence(story: StoryRecord, said: string): Promise<{ feedback: Feedback; sent: () => Promise<void> }> {
    const { key } = story;
    const tip = (story.branch === null ? null : await this.ports.git.tip(story.branch)) ?? null;
    const { threads } = await this.#read(key);
    const shown = tip === null ? [] : await this.#place(threads, tip);
    const { summary, files, text, threads: ids } = rejectEvidence(said, shown);
    if (text !== null) await this.ports.content.write(reviewTextId(key), text);
    return {
      feedback: { kind: 'review', summary, files, outputId: text === null ? null : reviewTextId(key) },
      sent: () =>
        this.#queue.run(async () => {
          if (ids.length > 0) await this.#write(key, markSent(await this.#read(key), ids, this.#now()));
        }),
    };
  }

  /** From where the story left the target, or its parent, to its tip; null where these have all of it. */
  async #rangeOf({ branch, childOf }: StoryRecord): Promise<{ base: Oid; tip: Oid } | null> {
    const { git } = this.ports;
    const tip = branch === null ? null : await git.tip(branch);
    const target = await this.ports.target();
    if (tip === null || target.kind === 'missing') return null;
    const left = await git.mergeBase(target.tip, tip);
    const base = left === null || childOf?.at == null ? left : await this.#later(left, childOf.at, tip);
    return base === null || base === tip ? null : { base, tip };
  }

  /** Where a child left its parent, unless it left the target behind that: what is its parent's is reviewed there. */
  async #later(left: Oid, parent: Oid, tip: Oid): Promise<Oid> {
    const { git } = this.ports;
    const own = await git.mergeBase(parent, tip);
    return own !== null && (await git.mergeBase(left, own)) === left ? own : left;
  }

  async #place(threads: Review['threads'], tip: Oid): Promise<ShownThread[]> {
    const known = new Map<string, FileLines[] | null>();
    for (const { from, to, paths } of neededLines(threads, tip)) {
      const asked = this.#lines.get(`${from} ${to} ${paths.join('\0')}`, () =>
        this.ports.git.lineChanges(from, to, paths),
      );
      // A commit that git no longer has tells nothing, and hides no comment.
      known.set(`${from} ${to}`, await asked.catch(() => null));
    }
    return threads.map((thread) =>
      placeThread(thread, tip, (from, to, path) => {
        const files = known.get(`${from} ${to}`);
        return files == null ? null : files.find((one) => one.path === path);
      }),
    );
  }

  async #read(key: string): Promise<Review> {
    const text = await this.ports.content.read(reviewId(key));
    if (text === null) return NO_REVIEW;
    const read = reviewSchema.safeParse(parse(text));
    if (read.success) return read.data;
    this.ports.log.warn(`[review] what was kept of the review of ${key} cannot be read and counts as none`);
    return NO_REVIEW;
  }

  async #write(key: string, review: Review): Promise<void> {
    await this.ports.content.write(reviewId(key), JSON.stringify(review));
    this.#writes.call();
  }

  #now(): string {
    return new Date(this.ports.clock.now()).toISOString();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
