import { MARK_WORDS, STUCK_MARKS, type StuckMark } from '../pipeline/markWords';
import { age } from '../words/durations';
import { plainLine, visible } from '../words/plainText';
import { english, inLanguage, say, type Said, type Translate } from '../words/said';
import { COUNTED_STAGES, overviewOf, type OpenRepository, type Overview, type OverviewRow } from './overview';
import { sayNeeds } from './spoken';
import { statusText } from './statusText';

/** `app, submodule of web` */
export function repositoryName({ name, about }: Pick<OverviewRow, 'name' | 'about'>): string {
  return about === null ? name : `${name}, ${about}`;
}

/** The marks that stand on any story of it, in the words of every view: `🔴 2 Needs you`. */
export function markParts({ marks }: Pick<OverviewRow, 'marks'>): { mark: StuckMark; number: number; word: string }[] {
  return STUCK_MARKS.flatMap((mark) =>
    marks[mark] === 0 ? [] : [{ mark, number: marks[mark], word: MARK_WORDS[mark].word }],
  );
}

/** `Backlog 3 · Coding 1`; stages without a story are left out. */
export function stageParts({ stages }: Pick<OverviewRow, 'stages'>, translate: Translate = english): string {
  const filled = COUNTED_STAGES.filter((stage) => stages[stage] > 0);
  return filled.length === 0
    ? translate('no story yet')
    : filled.map((stage) => `${stage} ${stages[stage]}`).join(' · ');
}

/** How its queue lands, or why it does not, and for how long the first has waited; null where nothing is known of it. */
export function queueWords({ queue }: Pick<OverviewRow, 'queue'>, now: number, translate: Translate): string | null {
  if (queue === null) return null;
  const { policy, stopped, since } = queue;
  const lands = (stopped ?? policy).replace(/\.$/, '');
  if (since !== null) return `${lands}; ${translate('the oldest waits {0}', age(since, now))}`;
  return stopped === null ? `${lands}; ${translate('the queue is empty')}` : lands;
}

/** `2 agents running`, `1 in the merge queue`, `3 need you`, and which repositories have a notice that comes first */
export function saySum({ rows, counts: { running, queued, needsYou } }: Overview): readonly Said[] {
  const names = rows.flatMap(({ name, first }) => (first?.key === null ? [name] : []));
  return [
    running === 1 ? say('{0} agent running', running) : say('{0} agents running', running),
    say('{0} in the merge queue', queued),
    ...sayNeeds(needsYou, names.length > 0),
    ...(names.length === 0 ? [] : [say('something holds up {0}', { names })]),
  ];
}

/** A row on one line, as it is said where there are no columns. */
export function rowLine(row: OverviewRow, now: number, translate: Translate = english): string {
  const where = row.target === null ? [] : [translate('landing on {0}', row.target)];
  return plainLine(`${[repositoryName(row), ...where].join(', ')}: ${rowWords(row, now, translate)}`);
}

/** What a row says beside its name and target: for where those stand already. */
export function rowWords(row: OverviewRow, now: number, translate: Translate = english): string {
  const marks = markParts(row).map(
    ({ mark, number, word }) => `${MARK_WORDS[mark].symbol} ${number} ${translate(word)}`,
  );
  // Of a queue in which nothing waits nobody asks how it would land, and what stops it stands under `first` alone.
  const queue = row.queue?.since == null ? null : queueWords(row, now, translate);
  const facts = [...marks, stageParts(row, translate), ...(queue === null ? [] : [translate('queue: {0}', queue)])];
  const known = row.problem === null ? facts : [row.problem];
  const first = row.first === null ? [] : [translate('first: {0}', row.first.words)];
  return plainLine([...known, ...first].join(' · '));
}

/** Where everything stands in a window, as a text: one repository by its stories, several by their rows before that. */
export function windowText(
  repositories: readonly OpenRepository[],
  now: number,
  translate: Translate = english,
): string {
  const boards = repositories.flatMap(({ name, board }) =>
    board === null
      ? []
      : [statusText(repositories.length < 2 ? board : { ...board, repository: name }, now, translate)],
  );
  if (repositories.length < 2) return boards.join('');
  const overview = overviewOf(repositories);
  const { rows } = overview;
  const sums = saySum(overview).map((one) => inLanguage([one], translate));
  const head = translate('{0} repositories: {1}.', rows.length, sums.join(', '));
  return visible([[head, ...rows.map((row) => rowLine(row, now, translate))].join('\n'), ...boards].join('\n\n'));
}
