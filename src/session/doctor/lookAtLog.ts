import { readFile, stat } from 'node:fs/promises';
import type { LogFileFacts } from '../../core/doctor/facts';
import { frameAt, LOG_HEADER, readLog } from '../../store/log/recordFormat';
import { errorCode } from '../../store/storeError';
import { nextTurn } from './files';

/** Records that are checked before others have their turn. */
const AT_A_TIME = 200;
/** A log is read again so often where it grows while it is read. */
const TRIES = 5;

/**
 * Reads a log as it lies on disk, and changes nothing. Who leads may be writing to it: what looks torn at the end is read
 * again, and counts only once the file has stood still meanwhile. `onRecord` hears of each whole record.
 */
export async function lookAtLog(
  path: string,
  onRecord: (data: Buffer) => void = () => undefined,
): Promise<LogFileFacts> {
  for (let tries = 1; ; tries++) {
    const before = await stamp(path);
    const records: Buffer[] = [];
    const found = await readOnce(path, records);
    const isStill = found.kind === 'whole' || before === (await stamp(path));
    if (!isStill && tries < TRIES) continue;
    for (const [at, record] of records.entries()) {
      onRecord(record);
      if (at % AT_A_TIME === 0) await nextTurn();
    }
    return found;
  }
}

async function stamp(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found === null ? '' : `${found.ino}.${found.size}.${found.mtimeMs}`;
}

async function readOnce(path: string, records: Buffer[]): Promise<LogFileFacts> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  if (bytes.length === 0) return { kind: 'whole' };
  const { header } = readLog(bytes.subarray(0, LOG_HEADER.length));
  if (header === 'later version') return { kind: 'foreign', path };
  let at = LOG_HEADER.length;
  for (let frame = frameAt(bytes, at); frame !== null; frame = frameAt(bytes, at)) {
    records.push(frame.data);
    at += frame.length;
    if (records.length % AT_A_TIME === 0) await nextTurn();
  }
  if (header === 'damaged' && records.length === 0) return { kind: 'foreign', path };
  if (header === 'intact' && at === bytes.length) return { kind: 'whole' };
  const since = Math.round((await stat(path)).mtimeMs);
  return { kind: 'damaged', path, from: header === 'damaged' ? 0 : at, bytes: bytes.length, since };
}
