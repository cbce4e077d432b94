import { COUNTED_STAGES, type OverviewRow } from '../../src/core/board/overview';
import { queueWords, repositoryName } from '../../src/core/board/overviewText';
import { MARK_STATES, STATE_GLYPHS } from '../../src/core/board/glyphs';
import { MARK_WORDS, STUCK_MARKS } from '../../src/core/pipeline/markWords';
import type { BoardState } from './boardStore';
import { Icon } from './icons';
import type { Intents } from './intents';
import { t } from './strings';

interface OverviewProps {
  readonly state: BoardState;
  readonly intents: Intents;
}

/** One row a repository: its stages and marks, how its queue lands, and what needs the person first. */
export function OverviewTable({ state, intents }: OverviewProps) {
  return (
    <div class="overview" role="region" aria-label={t('Overview of repositories')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('Repository')}</th>
            {COUNTED_STAGES.map((stage) => (
              <th key={stage} scope="col" class="figure">
                {t(stage)}
              </th>
            ))}
            {STUCK_MARKS.map((mark) => (
              <th key={mark} scope="col" class="figure">
                <Icon {...(STATE_GLYPHS[MARK_STATES[mark]] ?? { icon: 'circle' })} label={t(MARK_WORDS[mark].word)} />
              </th>
            ))}
            <th scope="col">{t('Merge queue')}</th>
            <th scope="col">{t('Needs you first')}</th>
          </tr>
        </thead>
        <tbody>
          {(state.overview?.rows ?? []).map((row) => (
            <Row
              key={row.name}
              row={row}
              now={state.now}
              isShown={row.name === state.overview?.shown}
              intents={intents}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly row: OverviewRow;
  readonly now: number;
  readonly isShown: boolean;
  readonly intents: Intents;
}

function Row({ row, now, isShown, intents }: RowProps) {
  const { name, about, target, stages, marks, problem } = row;
  // Where no board is known, nothing is counted.
  const isKnown = problem === null || target !== null;
  return (
    <tr data-repository={name} aria-current={isShown ? 'true' : undefined}>
      <th scope="row">
        <button
          class="link"
          title={t('Show the board of {0}', repositoryName(row))}
          onClick={() => intents.showRepository(name)}
        >
          {name}
        </button>
        <span class="about" dir="auto">
          {[about, target === null ? null : t('lands on {0}', target)].filter((part) => part !== null).join(' · ')}
        </span>
      </th>
      {COUNTED_STAGES.map((stage) => (
        <td key={stage} class={`figure${stages[stage] === 0 ? ' none' : ''}`}>
          {isKnown ? stages[stage] : '–'}
        </td>
      ))}
      {STUCK_MARKS.map((mark) => (
        <td key={mark} class={`figure${marks[mark] === 0 ? ' none' : ''}`}>
          {marks[mark] > 0 && (
            <Icon {...(STATE_GLYPHS[MARK_STATES[mark]] ?? { icon: 'circle' })} label={t(MARK_WORDS[mark].word)} />
          )}
          {isKnown ? marks[mark] : '–'}
        </td>
      ))}
      <td dir="auto">{problem ?? queueWords(row, now, t) ?? ''}</td>
      <td>
        <First row={row} intents={intents} />
      </td>
    </tr>
  );
}

function First({ row: { name, first, problem }, intents }: { row: OverviewRow; intents: Intents }) {
  // Of one that cannot be looked at nobody knows what needs whom.
  if (first === null) return problem === null ? <span class="none">{t('Nothing needs you.')}</span> : null;
  return (
    <button class="link" dir="auto" title={first.words} onClick={() => intents.openFirst(name)}>
      {first.words}
    </button>
  );
}
