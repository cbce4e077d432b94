import { lengthText } from '../words/durations';
import { visible } from '../words/plainText';
import { textTable } from '../words/textTable';
import { stageWord } from '../story/stageWords';
import type { Translate } from '../words/said';
import { isProven, type Racer } from './race';

/** Those that race side by side, the best first, as a text to read. */
export function raceText(racers: readonly Racer[], t: Translate): string {
  const numbers = racers.map(({ number }) => number).sort((a, b) => a - b);
  const heading = t('A race of {0} agents: {1}', racers.length, numbers.map((number) => `#${number}`).join(', '));
  const unknown = t('unknown');
  const gates = [...new Set(racers.flatMap((one) => one.gates.map(({ gate }) => gate)))];
  const rows: (readonly [string, (racer: Racer) => string])[] = [
    [t('Stage'), (one) => t(stageWord(one.stage))],
    [t('Proven'), (one) => (isProven(one) ? t('yes') : t('no'))],
    ...gates.map((gate) => [t('Gate {0}', gate), (one: Racer) => gateWords(one, gate, t)] as const),
    ...(racers.some(({ review }) => review !== null)
      ? [[t('Review'), (one: Racer) => reviewWords(one, t)] as const]
      : []),
    [t('Criteria'), ({ criteria }) => (criteria === null ? t('none') : t('{0} of {1}', criteria.done, criteria.total))],
    [t('Files'), ({ change }) => String(change?.files ?? unknown)],
    [t('Lines'), ({ change }) => (change === null ? unknown : `+${change.added} -${change.removed}`)],
    [t('Commits'), ({ change }) => String(change?.commits ?? unknown)],
    [t('Runs'), ({ spent }) => String(spent.runs)],
    [t('At work for'), ({ spent }) => lengthText(spent.minutes * 60_000)],
    [t('Turns'), ({ spent }) => String(spent.turns ?? unknown)],
    [t('Tokens'), ({ spent }) => String(spent.tokens ?? unknown)],
    [t('Cost'), ({ spent }) => (spent.usd === null ? unknown : `$${spent.usd.toFixed(2)}`)],
  ];
  const head = ['', ...racers.map(({ number, agent }, place) => `${place + 1}. #${number} ${agent}`)];
  const table = textTable(
    head,
    rows.map(([name, of]) => [name, ...racers.map(of)]),
  );
  const how = t('The order: proven before not, then more of the criteria, then the smaller change.');
  const next = t(
    'Keep This One makes the branch of one the story’s; the others are kept under rescue refs and removed.',
  );
  return visible(`${heading}\n\n${table}\n\n${how}\n${next}\n`);
}

function reviewWords({ review }: Racer, t: Translate): string {
  if (review === null) return t('none');
  return review.accepts ? t('{0} accepts it', review.agent) : t('{0} has not accepted it', review.agent);
}

function gateWords({ gates }: Racer, name: string, t: Translate): string {
  const found = gates.find(({ gate }) => gate === name);
  return found === undefined
    ? t('not run')
    : `${found.verdict === 'passed' ? t('passed') : t('not passed')}, ${lengthText(found.ms)}`;
}
