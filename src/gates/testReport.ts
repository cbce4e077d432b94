import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { readJunit } from '../core/gates/reports/readJunit';
import { readTap } from '../core/gates/reports/readTap';
import type { ReportReading, TestResult } from '../core/gates/reports/testResult';

/** So many files of a folder are read, and so many bytes of all of them. */
const MOST_FILES = 1000;
const MOST_BYTES = 32_000_000;
/** No link, and no waiting for what never comes; where a system has no word for one of them it is 0. */
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What a gate's report was before it ran, so that nothing counts that lay there already. */
export class TestReport {
  private constructor(
    private readonly folder: string,
    private readonly place: string,
    private readonly before: ReadonlyMap<string, string>,
  ) {}

  /** `place` from the top of the tree `folder`: a file, or a folder of `.xml` and `.tap` files. */
  static async at(folder: string, place: string): Promise<TestReport> {
    return new TestReport(folder, place, await filesAt(folder, place));
  }

  /** What the gate wrote; a sentence where it is not read. */
  async read(): Promise<ReportReading> {
    const now = await filesAt(this.folder, this.place);
    const written = [...now].filter(([file, state]) => this.before.get(file) !== state).map(([file]) => file);
    if (written.length === 0) return { kind: 'unreadable', why: 'the gate wrote none' };
    const tests: TestResult[] = [];
    let left = MOST_BYTES;
    for (const file of written) {
      const text = await readFileWithin(file, left);
      if (text === null) return { kind: 'unreadable', why: `it is larger than ${MOST_BYTES / 1_000_000} MB` };
      left -= Buffer.byteLength(text);
      const reading = /^\s*(?:\ufeff)?\s*</.test(text) ? readJunit(text) : readTap(text);
      if (reading.kind === 'unreadable') return reading;
      tests.push(...reading.tests);
    }
    return { kind: 'tests', tests };
  }
}

/** The files of a report with what tells one writing from another. What leads out of the tree is none of it. */
async function filesAt(folder: string, place: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const [top, at] = await Promise.all([real(folder), real(path.join(folder, ...place.split('/')))]);
  if (top === null || at === null || !at.startsWith(top + path.sep)) return files;
  for (const file of await candidates(at)) {
    const found = await lstat(file, { bigint: true }).catch(() => null);
    if (found?.isFile() === true) files.set(file, `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`);
  }
  return files;
}

async function candidates(at: string): Promise<readonly string[]> {
  const names = await readdir(at).catch(() => null);
  if (names === null) return [at];
  const reports = names.filter((name) => /\.(?:xml|tap)$/i.test(name)).sort();
  return reports.slice(0, MOST_FILES).map((name) => path.join(at, name));
}

/** Null where it is longer than `most` bytes. */
async function readFileWithin(file: string, most: number): Promise<string | null> {
  const handle = await open(file, READING);
  try {
    const { size } = await handle.stat();
    if (size > most) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function real(file: string): Promise<string | null> {
  return realpath(file).catch(() => null);
}
