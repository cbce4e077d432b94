// Run as a process of its own: a machine that shares its stories and kills itself in the middle of taking those of others.
import { realDisk, type Disk } from '../../../src/store/log/disk';
import type { LogFile } from '../../../src/store/log/logFile';
import { Machine } from './machine';

/**
 * Where it dies: at the first text or the middle one, when all texts are there and no record is, in the middle of the records,
 * or once they are on disk and nobody has noted that.
 */
export type DeathOfMachine = 'first text' | 'middle text' | 'before records' | 'middle of records' | 'behind records';

const [dir, wasmPath, url, stories, death] = process.argv.slice(2) as [string, string, string, string, DeathOfMachine];

const die = (): void => void process.kill(process.pid, 'SIGKILL');
let texts = 0;

const disk: Disk = {
  ...realDisk,
  openFile: async (file) => (file.endsWith('stories.log') ? mortal(await realDisk.openFile(file)) : realDisk.openFile(file)),
  writeNew: (file, content) => {
    if (death === 'first text' || (death === 'middle text' && texts === Number(stories))) die();
    texts += 1;
    realDisk.writeNew(file, content);
  },
}; // prettier-ignore

/** Of one story it takes a record to be a change of its own: what is taken together is larger. */
function mortal(file: LogFile): LogFile {
  return {
    ...file,
    write: (data, position) => {
      const isTaking = data.length > 100 * Number(stories);
      if (isTaking && death === 'before records') die();
      if (isTaking && death === 'middle of records') file.write(data.subarray(0, data.length >> 1), position);
      if (isTaking && death === 'middle of records') die();
      file.write(data, position);
      if (isTaking && death === 'behind records') void file.sync().then(die);
    },
  };
}

void (async () => {
  const machine = await new Machine('bob', { dir, wasmPath, disk }).open();
  // Shared already where it was killed before.
  if (machine.sharing.state().url === null) await machine.share(url);
})();
