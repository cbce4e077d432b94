import { verifyLandings } from '../../core/receipts/verify';
import type { VerifyOutcome } from '../../ports/receipts';
import { runBare, type Repository } from '../door/repository';
import { readLandingFacts, type AskGit } from './landingFacts';

/** Holds a range of the target against its receipts, by what git has and nothing else. */
export async function verifyReceipts(repository: Repository, target: string, range: string): Promise<VerifyOutcome> {
  const ask: AskGit = async (verb, args, input) => {
    const options = { expect: [0, 1, 128], ...(input !== undefined && { input }) };
    const { code, stdout, stderr } = await runBare(repository, verb, args, options);
    // A name that git cannot make sense of is as good as one that is not there.
    if (code === 128 && verb !== 'rev-parse') throw new Error(stderr.trim());
    return code === 0 ? stdout : null;
  };
  const outcome = await readLandingFacts(ask, target, range);
  return outcome.kind === 'refused' ? outcome : { kind: 'verified', verification: verifyLandings(outcome.facts) };
}
