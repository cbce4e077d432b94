import type { ReviewFacts } from './reviewFacts';

/** Things of one kind that would hurt somebody who checks the story out, by path, each in a sentence. */
export interface Hazards {
  readonly found: ReadonlyMap<string, string>;
  /** The sentence for many of them. */
  readonly many: (paths: string) => string;
}

/** What a story brings in that no test notices. */
export function hazards(facts: ReviewFacts): Hazards[] {
  const limit = megabytes(facts.largeFrom);
  const links = [...facts.links].flatMap(([path, to]): [string, string][] => {
    const where = leadsAway(path, to);
    return where === null ? [] : [[path, `It adds the link ${path}, which leads ${where} (${to}).`]];
  });
  const large = [...facts.sizes].filter(([, size]) => size > facts.largeFrom);
  return [
    {
      found: each(facts.conflictMarkers, (path) => `It leaves conflict markers in ${path}.`),
      many: (paths) => `It leaves conflict markers in ${paths}.`,
    },
    {
      found: each(facts.unnamedRepositories, (path) => `It adds ${path}, ${UNNAMED}.`),
      many: (paths) => `It adds ${paths}: each ${UNNAMED}.`,
    },
    { found: new Map(links), many: (paths) => `It adds links that lead out of the repository: ${paths}.` },
    {
      found: new Map(facts.twins.map(([path, other]) => [path, twinReason(path, other)])),
      many: twinsReason,
    },
    {
      found: each(
        facts.addedPaths.filter((path) => !fitsWindows(path)),
        (path) => `It adds ${path}, a name that Windows cannot hold.`,
      ),
      many: (paths) => `It adds names that Windows cannot hold: ${paths}.`,
    },
    {
      found: new Map(
        large.map(([path, size]) => [
          path,
          `It brings in ${path} with ${megabytes(size)}; review.maxFileMB is ${limit}.`,
        ]),
      ),
      many: (paths) => `It brings in large files: ${paths}; review.maxFileMB is ${limit}.`,
    },
  ];
}

export function twinReason(path: string, other: string): string {
  return `It adds ${path}, which differs from ${other} ${FORM}.`;
}

export function twinsReason(paths: string): string {
  return `It adds ${paths}, which differ from others ${FORM}.`;
}

const UNNAMED = 'a repository inside the repository that .gitmodules does not name, so that nobody else gets its files';
const FORM = 'in case or Unicode form only: where that does not count, one hides the other';

function each(paths: readonly string[], say: (path: string) => string): Map<string, string> {
  return new Map(paths.map((path) => [path, say(path)]));
}

/** Where a link leads, unless it stays among the files of the repository; null where it does. */
function leadsAway(path: string, to: string): string | null {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(to)) return 'to an absolute place, which is another one on every machine';
  // Windows takes either for a separator.
  const parts = [...path.split('/').slice(0, -1), ...to.split(/[/\\]/)];
  const place: string[] = [];
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part !== '..') place.push(part);
    else if (place.pop() === undefined) return 'out of the repository';
  }
  return place[0]?.toLowerCase() === '.git' ? 'into the .git folder' : null;
}

/** Names that Windows keeps for devices, whatever ending follows. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/** Whether each part of a path can be a name on Windows. */
function fitsWindows(path: string): boolean {
  return path.split('/').every((name) => {
    const stem = (name.split('.', 1)[0] ?? '').trimEnd();
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    return !/[<>:"|?*\\\u0000-\u001f]/.test(name) && !name.endsWith(' ') && !name.endsWith('.') && !DEVICES.test(stem);
  });
}

/** Two paths with the same form here are one path where case and Unicode form do not count. */
export function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

/** `12 MB`, `1.5 MB`; MB of 1,000,000 bytes. */
function megabytes(bytes: number): string {
  const rounded = Math.round(bytes / 100_000) / 10;
  return `${rounded} MB`;
}
