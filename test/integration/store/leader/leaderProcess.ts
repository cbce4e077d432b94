// Run as a process of its own: contends for a folder, writes to a shared file when it leads, and does as it is told.
import { appendFileSync } from 'node:fs';
import type { Lead } from '../../../../src/ports/lead';
import { contend } from '../../../../src/store/leader/leader';

export type LeaderReport = { kind: 'lead'; epoch: number } | { kind: 'follow'; leader: number | null } | { kind: 'answer'; leads: boolean }; // prettier-ignore
export type LeaderOrder = 'release' | 'ask';

async function main(dir: string, events: string): Promise<void> {
  const report = (message: LeaderReport): void => void process.send?.(message);
  const silent = (): void => undefined;
  let lead: Lead | null = null;
  const leadership = await contend({
    dir,
    onLead: (held) => {
      const { epoch } = (lead = held);
      appendFileSync(events, `start ${process.pid} ${epoch}\n`);
      report({ kind: 'lead', epoch });
    },
    onFollow: (leader) => report({ kind: 'follow', leader: leader?.pid ?? null }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  process.on('message', (order: LeaderOrder) => {
    if (order === 'ask') return void lead?.confirm().then((live) => report({ kind: 'answer', leads: live !== null }));
    appendFileSync(events, `stop ${process.pid}\n`);
    void leadership.dispose().then(() => process.disconnect());
  });
}

const [dir, events] = process.argv.slice(2);
if (dir === undefined || events === undefined) throw new Error('Usage: leaderProcess <folder> <events file>');
void main(dir, events);
