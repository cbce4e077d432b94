/** What git said, read for a person. Nothing is decided by it. */
export interface GitWords {
  /** Git's own cause in one line, without its prefixes; null where it said nothing. */
  readonly reason: string | null;
  /** What else it said about it, at most a few lines. */
  readonly more: readonly string[];
  /** What a person can do: what is known to help, or git's own hints; null where there is neither. */
  readonly advice: string | null;
}

const LINES_SHOWN = 5;

/** Causes that git names in the middle of others' words, most telling first, with what helps. */
const CAUSES: readonly { readonly line: RegExp; readonly advice: string | null }[] = [
  {
    line: /\b(?:clean|smudge) filter .* failed/,
    advice: 'Check that the program which the filter names is installed and runs in a terminal there, then try again.',
  },
  {
    line: /\bfailed to sign|\bsigning failed/,
    advice: 'Check that git can sign there without asking (git commit -S in a terminal), or switch commit.gpgsign off.',
  },
];

/** Git's advice is written for who sits at a terminal; some of it would throw away what others did. */
const THROWS_AWAY =
  /\breset\s+--hard|\bclean\s+-\w*f|\bcheckout\s+(?:-f|--force)|\bpush\s+(?:-f|--force)|\bstash\s+drop/;

/** Reads what git wrote to stderr. */
export function readGitWords(stderr: string): GitWords {
  const lines = joinLists(stderr.split(/\r?\n/).map((line) => line.trimEnd())).filter(
    (line) => !THROWS_AWAY.test(line),
  );
  const said = lines.filter((line) => line.trim() !== '' && !line.startsWith('hint:'));
  const cause = CAUSES.find(({ line }) => said.some((one) => line.test(one)));
  const chosen =
    said.find((line) => cause?.line.test(line)) ??
    said.find((line) => /^(?:error|fatal): /.test(line)) ??
    said.find((line) => !line.startsWith('warning:')) ??
    said[0];
  const hints = lines.filter((line) => line.startsWith('hint:')).map((line) => line.replace(/^hint:\s*/, ''));
  return {
    reason: chosen === undefined ? null : plain(chosen),
    more: said
      .filter((line) => line !== chosen)
      .slice(0, LINES_SHOWN)
      .map(plain),
    advice: cause?.advice ?? (hints.length === 0 ? null : hints.filter((hint) => hint !== '').join(' ')),
  };
}

function plain(line: string): string {
  return line
    .trim()
    .replace(/^(?:(?:error|fatal|warning|remote): )+/, '')
    .replace(/[.:]$/, '');
}

/** `…would be overwritten by merge:` and the indented names below it are one sentence. */
function joinLists(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let names = 0;
  for (const line of lines) {
    const head = joined.at(-1);
    if (line.startsWith('\t') && head !== undefined && (names > 0 || head.endsWith(':'))) {
      joined[joined.length - 1] = `${head}${names === 0 ? '' : ','} ${line.trim()}`;
      names += 1;
    } else {
      joined.push(line);
      names = 0;
    }
  }
  return joined;
}
