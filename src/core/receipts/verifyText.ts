import { count } from '../words/durations';
import { visible } from '../words/plainText';
import type { Verification } from './verify';
import { provenTree, type Receipt } from './receipt';

/** A verification in words. */
export type VerifiedText =
  | { readonly kind: 'verified'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string };

/** A verification as a document for people: what does not hold first, then each landing with what its receipt says. */
export function verificationText({ target, commits, receipts, covered, findings }: Verification): string {
  const name = onLine(target.replace(/^refs\/heads\//, ''));
  if (commits.length === 0) return `Landings on ${name}\n\nThere is nothing to verify: no commit is in this range.\n`;
  const lines = [
    `Landings on ${name}, ${brief(commits[0]?.commit)} to ${brief(commits.at(-1)?.commit)}`,
    `${count(commits.length, 'commit')}, ${count(receipts.size, 'receipt')}. ${verdictOf(findings.length)}`,
    '',
  ];
  if (findings.length > 0) {
    lines.push('Does not hold', '');
    for (const { commit, subject } of commits) {
      const mine = findings.filter((one) => one.commit === commit);
      if (mine.length > 0) lines.push(`  ${brief(commit)} ${onLine(subject)}`, ...mine.map((one) => `    ! ${onLine(one.text)}`));
    } // prettier-ignore
    lines.push('');
  }
  const holding = commits.filter(({ commit }) => !findings.some((one) => one.commit === commit));
  if (holding.length > 0) lines.push('Holds', '');
  for (const { commit, subject } of holding.toReversed()) {
    lines.push(`  ${brief(commit)} ${onLine(subject)}`);
    const receipt = receipts.get(commit);
    const last = covered.get(commit);
    if (receipt !== undefined) lines.push(...receiptLines(receipt).map((line) => `    ${line}`));
    else if (last !== undefined) lines.push(`    landed with ${brief(last)}, which has the receipt`);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function verdictOf(faults: number): string {
  return faults === 0 ? 'Everything holds.' : `${count(faults, 'thing')} ${faults === 1 ? 'does' : 'do'} not hold.`;
}

function receiptLines(receipt: Receipt): string[] {
  const { approval, gates, sequence, landedAt, madeLater, tree } = receipt;
  const who = approval.who === null ? 'a person' : onLine(approval.who);
  const said = gates.map(({ name, verdict, runs, reused, quarantined, on }) => {
    const notes = [
      runs > 1 ? `on run ${runs}` : '',
      reused
        ? `from an earlier run on ${on.tree === provenTree(receipt) ? 'this tree' : `tree ${brief(on.tree)}`}`
        : '',
      quarantined ? 'in quarantine' : '',
    ].filter((note) => note !== '');
    return `${onLine(name)} ${verdict}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  });
  return [
    `receipt ${sequence}, landed ${landedAt}${madeLater === null ? '' : `, made later: ${madeLater}`}`,
    `tree ${brief(tree)}: ${said.length === 0 ? 'no gates' : said.join(', ')}`,
    `let in by ${approval.by === 'gates' ? 'its gates' : who}${byAgents('coded', receipt.agents)}${byAgents('merge solved', receipt.solvers ?? [])}`,
  ];
}

function byAgents(did: string, agents: readonly string[]): string {
  return agents.length === 0 ? '' : `; ${did} by ${agents.map(onLine).join(', ')}`;
}

/** It is read in an editor or a terminal, where nothing is a link or an icon. */
function onLine(text: string): string {
  return visible(text.replaceAll(/\s*\n\s*/g, ' '));
}

function brief(oid: string | undefined): string {
  return (oid ?? '').slice(0, 8);
}
