import { duration } from '../words/durations';
import { plainLine, visible } from '../words/plainText';
import { textTable } from '../words/textTable';
import { roughly } from './policyWords';
import type { WhyNotLanded } from './whyNotLanded';

/** The decision about a story for reading: what it is, the rule, what would change it, and what was looked at. `now` in ms since 1970. */
export function whyNotLandedText(found: WhyNotLanded, now: number): string {
  const { number, title, landed, decision, rule, wouldChange, lookedAt, at } = found;
  const heading = landed === 'yes' ? `#${number} ${plainLine(title)} has landed` : `Why #${number} ${plainLine(title)} has not landed`; // prettier-ignore
  const rows = lookedAt.map(({ what, is, since }) => [
    what,
    plainLine(is),
    since === undefined ? '' : duration(Math.max(0, now - since)),
  ]);
  const parts = [
    heading,
    plainLine(decision),
    ...(at === null ? [] : [`If everything stays green it lands ${at - now < 1000 ? 'any moment' : `in about ${roughly(at - now)}`}.`]), // prettier-ignore
    ...(wouldChange.length === 0 ? [] : [`What would change it\n\n${wouldChange.map((one) => `  ${plainLine(one)}`).join('\n')}`]), // prettier-ignore
    `The rule\n\n  ${rule.name} (${rule.id})`,
    `What was looked at\n\n${textTable(['Fact', 'Is', 'For'], rows)}`,
  ];
  return visible(`${parts.join('\n\n')}\n`);
}
