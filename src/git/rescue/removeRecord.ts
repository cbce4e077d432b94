import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';
import { assertNoMounts } from '../trees/mounts';
import { emptyAway } from './emptyAway';

/** Out of git's sight in one step: half of a record would be a worktree that nobody can read. */
export async function removeRecord({ commonDir }: Pick<Repository, 'commonDir'>, gitDir: string): Promise<void> {
  const away = path.join(commonDir, 'switchyard', 'removed');
  await emptyAway(away);
  await assertNoMounts(gitDir);
  await mkdir(path.dirname(away), { recursive: true });
  await rename(gitDir, away);
  await emptyAway(away);
}
