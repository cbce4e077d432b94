import { duration } from '../words/durations';
import { indented, section, type SaidReport } from '../words/saidReport';
import { say, together, type Said } from '../words/said';
import { roughly } from './policyWords';
import type { WhyNotLanded } from './whyNotLanded';

/** The decision about a story for reading: what it is, the rule, what would change it, and what was looked at. `now` in ms since 1970. */
export function whyNotLandedText(found: WhyNotLanded, now: number): SaidReport {
  const { number, title, landed, decision, rule, wouldChange, lookedAt, at } = found;
  const heading =
    landed === 'yes' ? say('#{0} {1} has landed', number, title) : say('Why #{0} {1} has not landed', number, title);
  const rows = lookedAt.map(({ what, is, since }) => [
    what,
    since === undefined ? '' : duration(Math.max(0, now - since)),
    is,
  ]);
  return [
    { lines: [heading] },
    { lines: [together(decision)] },
    ...(at === null ? [] : [{ lines: [whenWords(at - now)] }]),
    ...section(say('What would change it'), wouldChange.map(indented)),
    { lines: [say('What was looked at')] },
    // What a fact is may be a long sentence, so that it stands last: how long would be out of sight behind it.
    { head: [say('Fact'), say('For'), say('Is')], rows },
    // Small print, for who looks it up in the description of behaviour.
    { lines: [say('Decided by the rule: {0} ({1})', rule.name, rule.id)] },
  ];
}

function whenWords(left: number): Said {
  return left < 1000
    ? say('If everything stays green it lands any moment.')
    : say('If everything stays green it lands in about {0}.', roughly(left));
}
