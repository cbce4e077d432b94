import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every file that a program's name can mean, in the order in which the system would try them. Relative folders are left out. */
export function programFiles(program: string, environment: Environment, platform: NodeJS.Platform): string[] {
  const windows = platform === 'win32';
  const path = windows ? win32 : posix;
  const read = (name: string): string =>
    Object.entries(environment).find(([key]) => (windows ? key.toUpperCase() : key) === name)?.[1] ?? '';
  // A relative folder on PATH would mean: whatever lies in the project that happens to be open.
  const folders = read('PATH')
    .split(path.delimiter)
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => path.isAbsolute(folder));
  const endings = windows ? (read('PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';').filter((one) => one !== '') : [''];
  return folders.flatMap((folder) => endings.map((ending) => path.join(folder, `${program}${ending}`)));
}

/** Absolute path of a program found on PATH, null where there is none. Nothing is run. */
export async function findProgram(
  program: string,
  { environment, platform }: { environment: Environment; platform: NodeJS.Platform },
): Promise<string | null> {
  for (const file of programFiles(program, environment, platform)) {
    if (await canRun(file, platform)) return file;
  }
  return null;
}

async function canRun(file: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    // Windows knows a program by its ending alone.
    if (platform !== 'win32') await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
