import { readdir, readFile } from 'node:fs/promises';
import type { PowerSource } from '../core/pipeline/runAhead';
import { directStarter } from '../processes/directStarter';
import { systemReader, type PlatformReader } from '../processes/platform';

/** Where Linux tells of chargers and batteries, a folder each. */
const SUPPLIES = '/sys/class/power_supply';

const POWERSHELL =
  'Add-Type -AssemblyName System.Windows.Forms; "$([System.Windows.Forms.SystemInformation]::PowerStatus.PowerLineStatus)"';

/** What other systems are asked with. */
const ASKED: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['/usr/bin/pmset', '-g', 'batt'],
  win32: ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', POWERSHELL],
};

/** Where this machine has its power from, by Linux's own files or what a program of macOS or Windows says. */
export async function powerSource(
  platform = process.platform,
  reader: Pick<PlatformReader, 'output'> = systemReader(directStarter),
): Promise<PowerSource> {
  if (platform === 'linux') return suppliedBy(SUPPLIES);
  const [program, ...args] = ASKED[platform] ?? [];
  return program === undefined ? 'unknown' : readPower(await reader.output(program, args).catch(() => ''));
}

/** Reads what `pmset` or Windows says. What stands in for mains that failed is a battery as well. */
function readPower(text: string): PowerSource {
  if (/^(?:Now drawing from 'AC Power'|Online$)/m.test(text)) return 'mains';
  return /^(?:Now drawing from '(?:Battery|UPS) Power'|Offline$)/m.test(text) ? 'battery' : 'unknown';
}

/** A battery that is being used up, and no charger that gives anything, is what a machine runs on. */
export async function suppliedBy(folder: string): Promise<PowerSource> {
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
