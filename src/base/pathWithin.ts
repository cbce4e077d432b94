import { isAbsolute, relative, sep } from 'node:path';

/**
 * The path of a file or folder from the folder that it lies in at whatever depth, with `/`; `.` for that folder itself, null
 * for what is elsewhere. Both are absolute.
 */
export function pathWithin(folder: string, file: string): string | null {
  const inside = relative(folder, file);
  // A name may begin with two dots.
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
  return inside.split(sep).join('/') || '.';
}
