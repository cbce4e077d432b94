import { hasLanded } from '../recovery/landedBefore';
import type { MergeJob } from '../landing/job';
import type { Finding, Verification } from './verify';

/** The same, held against what the merge journal here knows of these landings; of those of other clones it knows nothing. */
export function heldAgainstJournal(verification: Verification, jobs: readonly MergeJob[]): Verification {
  const { commits, receipts, findings } = verification;
  const landed = new Map(jobs.filter(hasLanded).flatMap((job) => job.candidate === null ? [] : [[job.candidate.commit, job] as const])); // prettier-ignore
  return {
    ...verification,
    findings: commits.flatMap(({ commit }): Finding[] => {
      const known = findings.filter((one) => one.commit === commit);
      const [receipt, job] = [receipts.get(commit), landed.get(commit)];
      const proof = job?.through == null ? job : landed.get(job.through.commit);
      if (receipt === undefined || job === undefined || proof === undefined) return known;
      const gates = proof.results.map(({ gate, verdict }) => `gate ${gate} ${verdict}`);
      const said = receipt.gates.map(({ name, verdict }) => `gate ${name} ${verdict}`);
      const isSame = receipt.approval.by === job.provenBy && said.join('\n') === gates.join('\n');
      if (isSame) return known;
      const named = (what: string, isGreen: boolean): string => {
        const names = proof.results.flatMap(({ gate, verdict }) => ((verdict === 'passed') === isGreen ? [gate] : []));
        return names.length === 0 ? '' : ` ${what}: ${names.join(', ')}.`;
      };
      const who = `it landed by ${job.provenBy === 'gates' ? 'its gates' : "a person's word"}.`;
      const text = `The merge journal here knows otherwise: ${who}${named('Green there', true)}${named('Not green there', false)}`;
      return [...known, { commit, fault: 'journal', text }];
    }),
  };
}
