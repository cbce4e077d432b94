import { duration } from '../words/durations';
import { visible } from '../words/plainText';
import { textTable } from '../words/textTable';
import { stageWord } from '../story/stageWords';
import { isProven, type Racer } from './race';

const UNKNOWN = 'unknown';

/** Those that race side by side, the best first, as a text to read. */
export function raceText(racers: readonly Racer[]): string {
  const numbers = racers.map(({ number }) => number).sort((a, b) => a - b);
  const heading = `A race of ${racers.length} agents: ${numbers.map((number) => `#${number}`).join(', ')}`;
  const gates = [...new Set(racers.flatMap((one) => one.gates.map(({ gate }) => gate)))];
  const rows: (readonly [string, (racer: Racer) => string])[] = [
    ['Stage', (one) => stageWord(one.stage)],
    ['Proven', (one) => (isProven(one) ? 'yes' : 'no')],
    ...gates.map((gate) => [`Gate ${gate}`, (one: Racer) => gateWords(one, gate)] as const),
    ['Criteria', ({ criteria }) => (criteria === null ? 'none' : `${criteria.done} of ${criteria.total}`)],
    ['Files', ({ change }) => String(change?.files ?? UNKNOWN)],
    ['Lines', ({ change }) => (change === null ? UNKNOWN : `+${change.added} -${change.removed}`)],
    ['Commits', ({ change }) => String(change?.commits ?? UNKNOWN)],
    ['Runs', ({ spent }) => String(spent.runs)],
    ['At work for', ({ spent }) => duration(spent.minutes * 60_000)],
    ['Turns', ({ spent }) => String(spent.turns ?? UNKNOWN)],
    ['Tokens', ({ spent }) => String(spent.tokens ?? UNKNOWN)],
    ['Cost', ({ spent }) => (spent.usd === null ? UNKNOWN : `$${spent.usd.toFixed(2)}`)],
  ];
  const head = ['', ...racers.map(({ number, agent }, place) => `${place + 1}. #${number} ${agent}`)];
  const table = textTable(
    head,
    rows.map(([name, of]) => [name, ...racers.map(of)]),
  );
  const how = 'The order: proven before not, then more of the criteria, then the smaller change.';
  const next = 'Keep This One makes the branch of one the story’s; the others are kept under rescue refs and removed.';
  return visible(`${heading}\n\n${table}\n\n${how}\n${next}\n`);
}

function gateWords({ gates }: Racer, name: string): string {
  const found = gates.find(({ gate }) => gate === name);
  return found === undefined
    ? 'not run'
    : `${found.verdict === 'passed' ? 'passed' : 'not passed'}, ${duration(found.ms)}`;
}
