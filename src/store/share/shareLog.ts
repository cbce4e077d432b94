import * as z from 'zod/mini';
import type { Log } from '../../ports/log';
import type { SharedLog, SharedRecord } from '../../ports/sharing';
import { realDisk } from '../log/disk';
import { keepAside } from '../log/keepAside';
import { decodeMeta, encodeMeta } from '../log/metaRecord';
import { NextLog } from '../log/nextLog';
import { openLog, type LogOptions } from '../log/openLog';
import type { RecordLog } from '../log/recordLog';
import { explainDiskError } from '../storeError';

const count = z.int().check(z.minimum(0));
const metaSchema = z.union([
  z.object({ share: z.enum(['own', 'peer']), lengths: z.array(count) }),
  z.object({ share: z.literal('taken') }),
]);

/**
 * What is shared, as checksummed records: `{"share":"peer","lengths":[…]}` and the updates. An update means nothing without
 * those before it, so of a log with a lost record nothing is used: what is here and what the others have is compared anew.
 */
export async function openShareLog(file: string, log: Log, options: LogOptions): Promise<SharedLog> {
  const { log: records, records: data, cut } = await openLog(file, options);
  const whole = cut === null || (cut.salvage.torn && cut.salvage.lost === 0 && cut.salvage.mended === 0);
  const read = data.map(decode);
  const found = whole && read.every((one) => one !== null) ? read : null;
  if (found === null) log.warn(`[share] ${file} was damaged; what is shared is compared with the others anew`);
  if (found === null) await startOver(records, []);
  return {
    found: found ?? [],
    size: () => records.end.length,
    append: async (record) => {
      await records.append(encode(record));
    },
    replace: (state) => startOver(records, [{ kind: 'own', updates: [state] }, { kind: 'taken' }]),
    keepAside: async (updates) => {
      const kept = Buffer.concat(updates.map((update) => Buffer.from(update)));
      return keepAside(`${file}.refused`, kept, options.now()).catch((error: unknown) => {
        throw explainDiskError('What was refused could not be kept', file, error);
      });
    },
    close: () => records.close(),
  };
}

async function startOver(records: RecordLog, content: readonly SharedRecord[]): Promise<void> {
  const next = await NextLog.begin(records.path, realDisk, 'compacted');
  next.write(content.map(encode));
  await next.file.sync();
  await records.replaceBy(next, () => undefined);
}

function encode(record: SharedRecord): Buffer {
  if (record.kind === 'taken') return encodeMeta({ share: 'taken' });
  const lengths = record.updates.map((update) => update.length);
  return encodeMeta({ share: record.kind, lengths }, ...record.updates);
}

function decode(data: Buffer): SharedRecord | null {
  const record = decodeMeta(data);
  const meta = metaSchema.safeParse(record?.meta);
  if (record === null || !meta.success) return null;
  if (meta.data.share === 'taken') return { kind: 'taken' };
  const updates: Uint8Array[] = [];
  let at = 0;
  for (const length of meta.data.lengths) {
    updates.push(new Uint8Array(record.rest.subarray(at, at + length)));
    at += length;
  }
  return at === record.rest.length ? { kind: meta.data.share, updates } : null;
}
