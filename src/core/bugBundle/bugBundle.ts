import type { BoardModel } from '../board/boardModel';
import type { Card } from '../board/card';
import { factsText } from '../board/factsText';
import type { Statistics } from '../statistics/statistics';
import type { HistoryEntry } from '../story/history';
import { oidSchema } from '../story/stage';
import { STAGE_NAMES } from '../story/stageNames';
import type { PrivateWords } from './privateWords';
import { Redactor } from './redactor';

/** What a bundle is made of, as it is. */
export interface BundleFacts {
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** Names and versions of programs. */
  readonly versions: Readonly<Record<string, string>>;
  /** The settings by name; what people wrote into them is taken out. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Values of settings that are names of ours, such as `squash`. */
  readonly ownWords: readonly string[];
  readonly board: BoardModel | null;
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
  readonly statistics: Statistics | null;
  /** The latest lines of the log, oldest first. */
  readonly log: readonly string[];
  readonly words: PrivateWords;
}

/** How many cards are in a bundle at most. */
const CARDS = 2_000;

/**
 * A report about a bug that may be given away: what happened, with every title, text, branch, path, name, address and
 * secret replaced. Structure is kept by a list of what may stay; only the log is text of ours with others' words in it.
 */
export function bugBundle(facts: BundleFacts): string {
  const redactor = new Redactor([...facts.words, ...wordsIn(facts)]);
  const bundle = {
    about: 'Made by Switchyard: Save Bug Bundle. <title 1> and the like stand for what was taken out.',
    at: facts.at,
    versions: facts.versions,
    settings: settingOf(facts.settings, facts.ownWords, redactor),
    board: facts.board === null ? null : boardOf(facts.board, facts.at, redactor),
    history: facts.history.map((entry) => entryOf(entry, redactor)),
    statistics: facts.statistics === null ? null : statisticsOf(facts.statistics, redactor),
    log: redactor.lines(facts.log),
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

/** What people named in what the bundle is made of: it may stand in the log as well. */
function wordsIn({ settings, ownWords, board, statistics }: BundleFacts): PrivateWords {
  const named = [
    ...stringsIn(settings).filter((one) => !ownWords.includes(one)),
    ...(statistics?.gates.map(({ gate }) => gate) ?? []),
    ...(statistics?.agents.map(({ agent }) => agent) ?? []),
  ];
  const cards = board?.cards ?? [];
  return [
    ...named.map((text) => ({ kind: 'command' as const, text })),
    ...cards.map(({ title }) => ({ kind: 'title' as const, text: title })),
    ...cards.flatMap(({ labels }) => labels).map((text) => ({ kind: 'label' as const, text })),
  ];
}

/** The texts in a setting, and what people named in it. */
function stringsIn(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one) => stringsIn(one, name));
  if (typeof value !== 'object' || value === null) return [];
  const theirs = NAMED_BY_PEOPLE.includes(name) ? Object.keys(value) : [];
  return [...theirs, ...Object.entries(value).flatMap(([key, one]) => stringsIn(one, key))];
}

/** Names of settings are ours; what people name inside of them, such as variables, is theirs. */
const OWN_NAME = /^(?:switchyard\.)?[a-z][A-Za-z.]*$/;
const NAMED_BY_PEOPLE: readonly string[] = ['env', 'paths'];

function settingOf(value: unknown, own: readonly string[], redactor: Redactor, name = ''): unknown {
  if (typeof value === 'string') return value === '' || own.includes(value) ? value : redactor.whole('value', value);
  if (Array.isArray(value)) return value.map((one) => settingOf(one, own, redactor, name));
  if (typeof value !== 'object' || value === null) return value;
  const isTheirs = NAMED_BY_PEOPLE.includes(name);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      !isTheirs && OWN_NAME.test(key) ? key : redactor.whole('value', key),
      settingOf(one, own, redactor, key),
    ]),
  );
}

function boardOf(board: BoardModel, at: string, redactor: Redactor): unknown {
  const { mode, notices, counts, cards } = board;
  return {
    mode,
    counts,
    hasTarget: board.target !== null,
    notices: notices.map(({ severity, text, action }) => ({ severity, text: redactor.within(text), action: action?.id ?? null })), // prettier-ignore
    cards: cards.slice(0, CARDS).map((card) => cardOf(card, at, redactor)),
    left: Math.max(0, cards.length - CARDS),
  };
}

/** What is not named here stays out, also what cards will show one day. */
function cardOf(card: Card, at: string, redactor: Redactor): unknown {
  const { key, number, type, priority, stage, column, group, state, mark, since, need, actions, moves } = card;
  return {
    ...{ key, number, type, priority, stage, column, group, state, mark, since, need, actions, moves },
    title: redactor.whole('title', card.title),
    labels: card.labels.map((label) => redactor.whole('label', label)),
    agent: card.agent === null ? null : redactor.whole('agent', card.agent),
    facts: redactor.within(factsWithout(card, at)),
    why: card.why === null ? null : redactor.within(card.why),
    dependsOn: card.dependsOn.length,
  };
}

/** Facts begin or end with an agent's name or labels, which are theirs. */
function factsWithout(card: Card, at: string): string {
  const theirs = new Set([...card.labels, card.agent ?? '']);
  const facts = card.facts.filter((fact) => typeof fact !== 'string' || !theirs.has(fact));
  return factsText(facts, Date.parse(at));
}

function entryOf(entry: HistoryEntry, redactor: Redactor): unknown {
  const { sequence, at, number, event, from, to, by, evidence } = entry;
  return { sequence, at, number, by: byOf(by, redactor), event, from, to, evidence: evidenceOf(evidence, redactor) };
}

const ACTORS: readonly string[] = ['person', 'gates', 'merge queue', 'git', 'Switchyard', 'timer'];

function byOf(by: string, redactor: Redactor): string {
  if (ACTORS.includes(by)) return by;
  const agent = /^agent (.+)$/s.exec(by)?.[1];
  return agent === undefined ? redactor.whole('name', by) : `agent ${redactor.whole('agent', agent)}`;
}

/** What may stay of a stage's evidence: names of ours, ids of commits and times. */
const OWN_WORDS: readonly string[] = [
  ...STAGE_NAMES,
  'gates', 'review', 'merge', 'reopened', 'landed', 'person', 'anyone', 'queue', 'outside', 'completed', 'abandoned', 'supersededBy',
  'contentConflict', 'gatesRed', 'redTogether', 'unrelatedHistories', 'editGates', 'editAgents', 'openWorktree', 'showOutput', 'setIdentity',
]; // prettier-ignore

function evidenceOf(evidence: string, redactor: Redactor): unknown {
  if (evidence === '') return '';
  try {
    return partOf(JSON.parse(evidence), redactor);
  } catch {
    return redactor.whole('text', evidence);
  }
}

function partOf(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') {
    const isOurs = OWN_WORDS.includes(value) || oidSchema.safeParse(value).success || /^[\dT:.-]+Z$/.test(value);
    return isOurs ? value : redactor.whole(value.startsWith('refs/') ? 'branch' : 'text', value);
  }
  if (Array.isArray(value)) return value.map((one) => partOf(one, redactor));
  if (typeof value !== 'object' || value === null) return value;
  const named = Object.entries(value).map(([key, one]): [string, unknown] => [key, partOf(one, redactor)]);
  return Object.fromEntries(named.map(([key, one]) => [OWN_NAME.test(key) ? key : redactor.whole('value', key), one]));
}

function statisticsOf(found: Statistics, redactor: Redactor): unknown {
  return {
    ...found,
    gates: found.gates.map((one) => ({ ...one, gate: redactor.whole('gate', one.gate) })),
    agents: found.agents.map((one) => ({
      ...one,
      agent: redactor.whole('agent', one.agent),
      whyCold: one.whyCold.map(({ why, count }) => ({ why: redactor.within(why), count })),
    })),
  };
}
