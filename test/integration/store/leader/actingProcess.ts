// Run as a process of its own: whenever it leads it acts, again and again, and writes down when each act began and ended.
import { appendFileSync } from 'node:fs';
import { contend, type Leadership } from '../../../../src/store/leader/leader';
import type { Lead } from '../../../../src/ports/lead';

/** How long (ms) an act takes. */
const ACT_MS = 3;

const [dir, acts] = process.argv.slice(2);
if (dir === undefined || acts === undefined) throw new Error('Usage: actingProcess <folder> <file of acts>');

const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An act counts from the moment at which the lead was confirmed until the one at which it is asked for again. */
async function act(lead: Lead): Promise<boolean> {
  if ((await lead.confirm()) === null) return false;
  const from = process.hrtime.bigint();
  await pause(ACT_MS);
  const to = process.hrtime.bigint();
  if ((await lead.confirm()) === null) return false;
  appendFileSync(acts!, `${process.pid} ${lead.epoch} ${from} ${to}\n`);
  return true;
}

async function actWhileLeading(lead: Lead): Promise<void> {
  while (await act(lead).catch(() => true)) await pause(1);
}

/** As a window does it: one that leads no more takes part in the choice again. */
async function takePart(): Promise<void> {
  for (;;) {
    let end = silent;
    const over = new Promise<void>((resolve) => (end = resolve));
    const leadership: Leadership | null = await contend({
      dir: dir!,
      log,
      onLead: (lead) => void actWhileLeading(lead).then(end),
      onFollow: silent,
      onLost: () => end(),
    }).catch(() => null); // the folder went in the very moment
    if (leadership === null) {
      await pause(10);
      continue;
    }
    await over;
    await leadership.dispose();
  }
}

void takePart();
