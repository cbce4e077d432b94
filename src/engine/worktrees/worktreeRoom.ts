import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { roomLacking, type DiskRoom } from '../../core/pipeline/diskRoom';
import type { StoryRecord } from '../../core/story/story';
import type { EnginePorts } from '../ports';

type Ports = Pick<EnginePorts, 'clock' | 'log'> & {
  readonly git: Pick<EnginePorts['git'], 'storyPlace' | 'sizeOf'>;
  readonly folders: Pick<EnginePorts['folders'], 'worktrees'>;
};

/** While room is lacking the disk is looked at so often (ms). */
const LOOK_EVERY_MS = 5000;
/** What a worktree takes is good for so long (ms), less while work waits for it, and not asked while so much (bytes) is free that it cannot matter. */
const MEASURED_MS = 3_600_000;
const WAITED_MS = 60_000;
const PLENTY = 20_000_000_000;

/** Whether the disk that holds the worktrees has room for new work. */
export class WorktreeRoom {
  #size: number | null = null;
  #measuredAt = -Infinity;
  #isDue = false;

  /** `onDue`: it may be otherwise by now. */
  constructor(
    private readonly ports: Ports,
    private readonly onDue: () => void,
  ) {}

  async lacking(stories: readonly StoryRecord[]): Promise<DiskRoom | null> {
    const disk = await diskOf(this.ports.folders.worktrees());
    if (disk === null) return null;
    const lacking = roomLacking({ ...disk, worktree: this.#size });
    if (lacking !== null || disk.free < PLENTY) this.#measure(stories, lacking === null ? MEASURED_MS : WAITED_MS);
    if (lacking !== null) this.#lookAgain();
    return lacking;
  }

  #lookAgain(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.ports.clock.after(LOOK_EVERY_MS, () => {
      this.#isDue = false;
      this.onDue();
    });
  }

  /** Of the story that was started last; no round waits for it. */
  #measure(stories: readonly StoryRecord[], goodFor: number): void {
    const { clock, log } = this.ports;
    const latest = stories.findLast(({ branch, stage }) => branch !== null && stage.name === 'Coding');
    if (latest === undefined || clock.now() - this.#measuredAt < goodFor) return;
    this.#measuredAt = clock.now();
    void this.#sizeOf(latest).catch((error: unknown) =>
      log.warn(`[disk] a worktree is not measured: ${String(error)}`),
    );
  }

  async #sizeOf({ branch }: StoryRecord): Promise<void> {
    const { git } = this.ports;
    const place = branch === null ? null : await git.storyPlace(branch);
    if (place?.kind !== 'there') return;
    const before = this.#size;
    this.#size = await git.sizeOf(place.path);
    if (before === null) this.onDue();
  }
}

/** Of the disk of a folder, or of the one above it that is there; null where nobody says. */
async function diskOf(folder: string): Promise<{ readonly free: number; readonly total: number } | null> {
  const found = await statfs(folder).catch(() => null);
  if (found !== null) return found.blocks === 0 ? null : { free: found.bavail * found.bsize, total: found.blocks * found.bsize }; // prettier-ignore
  const above = path.dirname(folder);
  return above === folder ? null : diskOf(above);
}
