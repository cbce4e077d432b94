import { execFile } from 'node:child_process';
import { verifyLandings } from '../../core/receipts/verify';
import { verificationText } from '../../core/receipts/verifyText';
import { readLandingFacts, type AskGit } from './landingFacts';

const USAGE = `Verifies what landed on a branch against the receipts in refs/notes/switchyard, from git alone.

  node verify-landings.cjs [--repository <folder>] [--json] [<branch> | <from>..<to>]

Without a range: the branch that is checked out, from where its first story landed.
Exit code 0: everything holds. 1: something does not, and is named. 2: it could not be verified.
`;

interface Wish {
  readonly folder: string;
  readonly range: string;
  readonly form: 'text' | 'json';
}

function readArguments(words: readonly string[]): Wish | null {
  let [folder, range, form] = [process.cwd(), '', 'text' as Wish['form']];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--json') form = 'json';
    else if (word === '--repository' && words[at + 1] !== undefined) folder = words[(at += 1)] ?? folder;
    else if (word.startsWith('-') || range !== '') return null;
    else range = word;
  }
  return { folder, range, form };
}

/** git as it is on the path. Exit code 1 is an answer, any other than 0 an error in git's words. */
function askIn(folder: string): AskGit {
  return (verb, args, input) =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, LC_ALL: 'C', GIT_NO_REPLACE_OBJECTS: '1' };
      const options = { cwd: folder, env, encoding: 'buffer', maxBuffer: 1 << 30 } as const;
      const child = execFile('git', [verb, ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === 1) resolve(null);
        else reject(new Error(stderr.toString('utf8').trim() || error.message));
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input ?? '');
    });
}

async function main(words: readonly string[]): Promise<number> {
  const wish = readArguments(words);
  if (wish === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const ask = askIn(wish.folder);
  const branch = (await ask('rev-parse', ['--symbolic-full-name', 'HEAD']))?.toString('utf8').trim() ?? 'HEAD';
  const outcome = await readLandingFacts(ask, branch, wish.range);
  if (outcome.kind === 'refused') {
    process.stderr.write(`${outcome.message}\n`);
    return 2;
  }
  const verification = verifyLandings(outcome.facts);
  const { findings } = verification;
  process.stdout.write(
    wish.form === 'json' ? `${JSON.stringify(findings, null, 1)}\n` : verificationText(verification),
  );
  return findings.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
