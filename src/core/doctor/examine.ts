import { configurationRules } from './areas/configurationRules';
import { contentRules } from './areas/contentRules';
import { diskRules } from './areas/diskRules';
import { environmentRules } from './areas/environmentRules';
import { gateTreesRules } from './areas/gateTreesRules';
import { gitRules } from './areas/gitRules';
import { indexRules } from './areas/indexRules';
import { journalRules } from './areas/journalRules';
import { ledgerRules } from './areas/ledgerRules';
import { leaderRules } from './areas/leaderRules';
import { locksRules } from './areas/locksRules';
import { refsRules } from './areas/refsRules';
import { runsRules } from './areas/runsRules';
import { sessionsRules } from './areas/sessionsRules';
import { shadowRules } from './areas/shadowRules';
import { worktreesRules } from './areas/worktreesRules';
import type { DoctorFacts } from './facts';
import { describeRepair, type Repair } from './repair';
import { AREAS, SEVERITIES, type Area, type DoctorReport, type ShownFinding } from './report';
import type { Rule, Rules, Sighting } from './rule';
import { inBoth } from '../words/said';

/** Every kind of finding, by area: the compiler names an area that has no rules. */
const RULES = {
  index: indexRules,
  content: contentRules,
  shadow: shadowRules,
  journal: journalRules,
  ledger: ledgerRules,
  refs: refsRules,
  worktrees: worktreesRules,
  gateTrees: gateTreesRules,
  locks: locksRules,
  runs: runsRules,
  sessions: sessionsRules,
  leader: leaderRules,
  git: gitRules,
  configuration: configurationRules,
  disk: diskRules,
  environment: environmentRules,
} as const satisfies Readonly<Record<Area, Rules>>;

type IdsOf<A extends Area> = `${A}.${keyof (typeof RULES)[A] & string}`;
/** The fixed name of a kind of finding, such as `refs.pinLeft`. */
export type FindingId = { [A in Area]: IdsOf<A> }[Area];

interface NamedRule {
  readonly id: FindingId;
  readonly area: Area;
  readonly rule: Rule;
}

const NAMED: readonly NamedRule[] = AREAS.flatMap((area) =>
  Object.entries<Rule>(RULES[area]).map(([name, rule]) => ({ id: `${area}.${name}` as FindingId, area, rule })),
);

/**
 * The names of all kinds of findings.
 *
 * @public The tests count by it that each kind was made for real.
 */
export const FINDING_IDS: readonly FindingId[] = NAMED.map(({ id }) => id);

/** A finding with the repair that was decided for it. */
export interface Finding extends ShownFinding {
  readonly id: FindingId;
  readonly decided: Repair | null;
}

/** What is wrong by these facts, rule by rule: each step is short, whatever number of stories there is. Looks at nothing. */
export function* judge(facts: DoctorFacts): Generator<Finding[]> {
  for (const named of NAMED) yield judgeBy(named, facts);
}

function judgeBy({ id, area, rule }: NamedRule, facts: DoctorFacts): Finding[] {
  return rule.find(facts).map(({ about, what, since = null, opens = null, repair = null }) => ({
    key: `${id} ${about}`,
    id,
    area,
    severity: rule.severity,
    title: rule.title,
    ...whatOf(what),
    why: rule.why,
    advice: rule.advice,
    since,
    opens,
    repair: repair === null ? null : describeRepair(repair),
    decided: repair,
  }));
}

function whatOf(words: Sighting['what']): Pick<Finding, 'what' | 'said'> {
  const { text: what, said } = inBoth(words);
  return said === undefined ? { what } : { what, said };
}

/** So many of one kind are shown; the rest is counted. */
const SHOWN = 20;

/** What is shown of them, in this window or another: the gravest first, then in the order of areas. */
export function reportOf(facts: DoctorFacts, findings: readonly Finding[]): DoctorReport {
  const byKind = new Map<FindingId, { first: Finding; count: number }>();
  const shown: ShownFinding[] = [];
  for (const finding of [...findings].sort((a, b) => rankOf(a) - rankOf(b))) {
    const { first, count } = byKind.get(finding.id) ?? { first: finding, count: 0 };
    byKind.set(finding.id, { first, count: count + 1 });
    if (count < SHOWN) shown.push(shownOf(finding));
  }
  const more = [...byKind].flatMap(([id, { first, count }]) =>
    count > SHOWN ? [{ id, severity: first.severity, title: first.title, count: count - SHOWN }] : [],
  );
  return { at: facts.now, findings: shown, more, notLooked: facts.notLooked };
}

function rankOf({ severity }: Pick<Finding, 'severity'>): number {
  return SEVERITIES.indexOf(severity);
}

/** Without what only the window that repairs needs. */
function shownOf({ key, id, area, severity, title, what, said, why, advice, since, opens, repair }: Finding): ShownFinding {
  const words = said === undefined ? { what } : { what, said };
  return { key, id, area, severity, title, ...words, why, advice, since, opens, repair };
} // prettier-ignore
