import { readdir, readFile } from 'node:fs/promises';
import type { PowerSource } from '../core/pipeline/runAhead';

/** Where Linux tells of chargers and batteries, a folder each. */
const SUPPLIES = '/sys/class/power_supply';

/** A battery that is being used up, and no charger that gives anything, is what a machine runs on. Read from Linux's own files; `unknown` elsewhere. */
export async function powerSource(folder = SUPPLIES): Promise<PowerSource> {
  const names = await readdir(folder).catch((): string[] => []);
  const read = (name: string, file: string): Promise<string> =>
    readFile(`${folder}/${name}/${file}`, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const supplies = await Promise.all(
    names.map(async (name) => ({
      type: await read(name, 'type'),
      // That of a mouse or a headset says nothing of the machine.
      scope: await read(name, 'scope'),
      online: await read(name, 'online'),
      status: await read(name, 'status'),
    })),
  );
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  if (own.some(({ type, online }) => type !== 'Battery' && online === '1')) return 'mains';
  if (own.some(({ type, status }) => type === 'Battery' && status === 'Discharging')) return 'battery';
  return own.some(({ type }) => type === 'Battery') ? 'mains' : 'unknown';
}
