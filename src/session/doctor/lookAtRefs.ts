import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RefFacts } from '../../core/doctor/facts';
import type { GitExam } from '../../ports/gitExam';
import { dated, filesBelow, inBatches } from './files';

/** What a file among the refs holds: an id, or the name of another ref. */
const REF = /^(?:ref: refs\/.+|[0-9a-f]{40}(?:[0-9a-f]{24})?)\s*$/;

export async function lookAtRefs(git: Pick<GitExam, 'allRefs'>, commonDir: string): Promise<RefFacts> {
  return { all: await git.allRefs(), broken: await brokenRefs(commonDir) };
}

/** git leaves out what it cannot read, with a warning that nobody sees. */
export async function brokenRefs(commonDir: string): Promise<RefFacts['broken']> {
  const folders = ['heads', 'switchyard'].map((name) => path.join(commonDir, 'refs', name));
  const files = (await Promise.all(folders.map(filesBelow))).flat().filter((file) => !file.endsWith('.lock'));
  const broken = await inBatches(files, async (file) => {
    const text = await readFile(file, 'latin1').catch(() => null);
    return text === null || REF.test(text) ? null : dated(file);
  });
  return broken.filter((one) => one !== null);
}
