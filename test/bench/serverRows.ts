import { readFileSync, readdirSync, statSync } from 'node:fs';
import { rawPeer, type RawPeer } from '../support/share/rawPeer';
import { TeamServer } from '../support/share/teamServer';
import { TemporaryFolder } from '../support/temporaryFolder';
import { fillBoard } from './sharedBoard';
import type { Row } from './table';

const MACHINES = 100;
const CHANGES = 500;

interface Usage {
  /** Megabytes of memory that belong to the process. */
  readonly mb: number;
  /** Milliseconds of CPU since it was started. */
  readonly cpuMs: number;
}

/** What a server needs for each board, each machine and each change: by this one reckons how many it carries. */
export async function serverRows(stories: number): Promise<Row[]> {
  const folder = new TemporaryFolder();
  const server = await TeamServer.start(folder.path);
  try {
    // The machines first: what a server frees after a large board would hide what they need.
    return [...(await machineRows(server)), await boardRow(server, folder.path, stories)];
  } finally {
    await server.stop();
    folder.remove();
  }
}

/** A board that is open: its document is in memory, once, however many machines have it. */
async function boardRow(server: TeamServer, folder: string, stories: number): Promise<Row> {
  const boards = 3;
  const before = usageOf(server.pid);
  const peers = [];
  for (let board = 0; board < boards; board += 1) {
    const peer = await rawPeer(server.url, `board-${board}`);
    fillBoard(peer.doc, stories);
    peers.push(peer);
  }
  await until(() => readdirSync(folder).filter((name) => name.endsWith('.yjs')).length >= boards);
  const after = await settled(server.pid);
  const bytes = readdirSync(folder).map((name) => statSync(`${folder}/${name}`).size);
  for (const peer of peers) peer.close();
  return {
    what: `a server: a board of ${stories} stories`,
    counts: `${Math.max(...bytes)} bytes on disk, ${((after.mb - before.mb) / boards).toFixed(0)} MB of memory while somebody has it open`,
    ratio: '',
    reach: '',
  };
}

/** Machines that say nothing, and one that changes a field that all of them get. */
async function machineRows(server: TeamServer): Promise<Row[]> {
  const before = await settled(server.pid);
  const machines = await Promise.all(Array.from({ length: MACHINES }, () => rawPeer(server.url, 'many')));
  const connected = await settled(server.pid);
  const [writer, ...others] = machines as [RawPeer, ...RawPeer[]];
  const field = ({ doc }: RawPeer) => doc.getMap('board').get('field');
  for (let change = 1; change <= CHANGES; change += 1) {
    writer.doc.getMap('board').set('field', change);
    if (change % 20 === 0) await until(() => others.every((one) => field(one) === change));
  }
  const changed = await settled(server.pid);
  for (const machine of machines) machine.close();
  const each = (changed.cpuMs - connected.cpuMs) / CHANGES;
  return [
    {
      what: 'a server: a machine that is connected',
      counts: `${(((connected.mb - before.mb) / MACHINES) * 1000).toFixed(0)} kB of memory`,
      ratio: '',
      reach: '',
    },
    {
      what: `a server: one change, passed on to ${MACHINES - 1} machines`,
      counts: `${each.toFixed(2)} ms CPU`,
      ratio: `${((each / (MACHINES - 1)) * 1000).toFixed(0)} µs a machine`,
      reach: '',
    },
  ];
}

/** Once it does nothing any more. */
async function settled(pid: number): Promise<Usage> {
  for (let before = usageOf(pid); ;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = usageOf(pid);
    if (now.cpuMs - before.cpuMs < 20) return now;
    before = now;
  }
}

function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return { mb: Number(resident) / 1000, cpuMs: ((fields[11] ?? 0) + (fields[12] ?? 0)) * 10 };
} // prettier-ignore

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
