import type { Landing } from '../../core/recovery/landedBefore';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/**
 * Every landing that a branch holds and `without` does not, oldest first, by the trailer in its message. The message is read here, because
 * git's own reading of trailers obeys the person's settings.
 */
export async function readLandings(repository: Repository, tip: Oid, without: Oid | null = null): Promise<Landing[]> {
  const args = [
    '--no-commit-header',
    '--format=%H%x00%ct%x00%B%x00',
    '--fixed-strings',
    '--grep=Story-Key: ',
    '--reverse',
  ];
  const range = [fullOid(tip), ...(without === null ? [] : [`^${fullOid(without)}`])];
  const { text } = await runBare(repository, 'rev-list', [...args, '--end-of-options', ...range]);
  const fields = text.split('\0');
  const landings: Landing[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const message = fields[at + 2] ?? '';
    const key = keyIn(message);
    const number = Number(trailerIn(message, /^Story: #(\d{1,15})$/m));
    const named = number > 0 ? { named: { number, title: message.trimStart().split('\n')[0] ?? '' } } : {};
    const date = new Date(Number(fields[at + 1]) * 1000);
    if (key !== null)
      landings.push({ key, commit: fullOid((fields[at] ?? '').trim()), at: date.toISOString(), ...named });
  }
  return landings;
}

function keyIn(message: string): string | null {
  return trailerIn(message, /^Story-Key: (\S+)$/m);
}

/** What a line says in the last paragraph of a commit message; null where that has no such line. */
function trailerIn(message: string, form: RegExp): string | null {
  const last =
    message
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? '';
  return form.exec(last)?.[1] ?? null;
}
