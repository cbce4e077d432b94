import type { LineCommit } from '../../core/landing/targetLine';
import type { Oid } from '../../core/story/stage';
import { storyNumberIn, subjectOf, trailersOf } from '../candidate/message';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** The newest commits of a branch's own line, at most `limit`, the newest first. */
export async function targetLine(repository: Repository, tip: Oid, limit: number): Promise<LineCommit[]> {
  const format = ['--no-commit-header', '--format=%H%x00%T%x00%B%x00'];
  const args = ['--first-parent', `--max-count=${limit}`, ...format, '--end-of-options', fullOid(tip)];
  const fields = (await runBare(repository, 'rev-list', args)).text.split('\0');
  const line: LineCommit[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [oid = '', tree = '', message = ''] = fields.slice(at, at + 3);
    line.push({ oid: fullOid(oid.trim()), tree: fullOid(tree), subject: subjectOf(message), story: storyIn(message) });
  }
  return line;
}

function storyIn(message: string): LineCommit['story'] {
  const number = storyNumberIn(message);
  const key = trailersOf(message).map((line) => /^Story-Key: (\S+)$/.exec(line)?.[1]).find((one) => one !== undefined); // prettier-ignore
  return number === null || key === undefined ? null : { key, number };
}
