import type { Command } from '../agents/command';
import { localFiles, setUpOffers, type SetUpLook } from './offers';

/** One thing that a fresh worktree can get. `isConfigured`: it gets it already. */
export type SetUpChoice = { readonly isConfigured: boolean } & (
  | {
      readonly kind: 'command';
      readonly command: Command;
      /** As a person would write it. */
      readonly shown: string;
      /** The file that says so; null where only the settings do. */
      readonly file: string | null;
    }
  | { readonly kind: 'copy'; readonly pattern: string; /** A file that is there. */ readonly file: string | null }
);

/** What is configured already, in its order; then what else the repository speaks for. */
export function setUpChoices(
  look: SetUpLook,
  configured: { readonly setUp: readonly Command[]; readonly copy: readonly string[] },
): SetUpChoice[] {
  const offers = setUpOffers(look);
  const files = localFiles(look.names).map((file) => ({ file, pattern: patternOf(file) }));
  const fileOf = (shown: string): string | null => offers.find(({ command }) => command === shown)?.file ?? null;
  const known = configured.setUp.map((command) => {
    const shown = typeof command === 'string' ? command : command.join(' ');
    return { kind: 'command', command, shown, file: fileOf(shown), isConfigured: true } as const;
  });
  const copied = configured.copy.map((pattern) => {
    const file =
      files.find((one) => one.pattern === pattern || one.file === pattern || `/${one.file}` === pattern)?.file ?? null;
    return { kind: 'copy', pattern, file, isConfigured: true } as const;
  });
  return [
    ...known,
    ...offers
      .filter(({ command }) => !known.some(({ shown }) => shown === command))
      .map(({ command, file }) => ({ kind: 'command', command, shown: command, file, isConfigured: false }) as const),
    ...copied,
    ...files
      .filter(({ file }) => !copied.some((one) => one.file === file))
      .map(({ file, pattern }) => ({ kind: 'copy', pattern, file, isConfigured: false }) as const),
  ];
}

/** Matches that file alone, whatever its folders are called. */
function patternOf(file: string): string {
  return `/${file.replace(/[\\*?[\]{}]| $/g, '\\$&')}`;
}
