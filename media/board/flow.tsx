import type { AgentStatistics, GateStatistics, Statistics } from '../../src/core/statistics/statistics';
import { stageWord } from '../../src/core/story/stageWords';
import { lengthText } from '../../src/core/words/durations';
import { SPANS, type BoardState, type BoardStore } from './boardStore';
import { BarChart, DayChart, type Bar } from './charts';
import type { Intents } from './intents';
import { t } from './strings';

interface FlowProps {
  readonly state: BoardState;
  readonly store: BoardStore;
  readonly intents: Intents;
}

/** How stories flow: what landed, what stages, gates and starts took. Each figure can be read as a table. */
export function Flow({ state, store, intents }: FlowProps) {
  const { flow } = state;
  if (flow === null) return null;
  const { figures } = flow;
  return (
    <div class="flow">
      <div class="flow-head">
        <h2>{t('Flow')}</h2>
        <div class="pills" role="group" aria-label={t('Of which time')}>
          {SPANS.map((span) => (
            <button key={span} class="pill" aria-pressed={flow.span === span} onClick={() => intents.readFlow(span)}>
              {span === null ? t('Everything on record') : t('{0} days', span)}
            </button>
          ))}
        </div>
        <button class="link" onClick={() => store.showFlow(null)}>
          {t('Back to the Board')}
        </button>
      </div>
      {figures === null ? (
        <p class="nothing">{t('Reading the figures …')}</p>
      ) : (
        <Figures figures={figures} now={state.now} />
      )}
    </div>
  );
}

function Figures({ figures, now }: { figures: Statistics; now: number }) {
  // How long a story has been over is no part of its way.
  const { landed, sinceCoding, sinceCreated, stages, gates, agents } = figures;
  const all = landed.reduce((sum, { count }) => sum + count, 0);
  const took = [
    ...(sinceCreated === null ? [] : [t('median {0} from their beginning', lengthText(sinceCreated.median))]),
    ...(sinceCoding === null ? [] : [t('median {0} from first work', lengthText(sinceCoding.median))]),
  ];
  return (
    <div class="charts">
      <DayChart
        title={t('Landed')}
        says={[t('{0} stories', all), ...took].join(', ')}
        empty={t('Nothing landed in this time.')}
        days={landed}
        chosen={figures.range.from === null ? null : { from: Date.parse(figures.range.from), to: now }}
      />
      <BarChart
        title={t('Time in each stage')}
        says={t(
          'The bar is the median, the line what nine of ten stories took at most. Merge is the wait in the queue.',
        )}
        empty={t('No story has left a stage in this time.')}
        head={[t('Stage'), t('Half within'), t('9 of 10 within'), t('Count')]}
        bars={stages
          .filter(({ stage }) => stage !== 'Done')
          .map(({ stage, time }) => ({
            label: t(stageWord(stage)),
            value: time.median,
            most: time.p90,
            shown: lengthText(time.median),
            cells: [lengthText(time.median), lengthText(time.p90), String(time.count)],
          }))}
      />
      <BarChart
        title={t('Gates')}
        says={t('How long a run takes, and on how many trees a gate both passed and failed.')}
        empty={t('No gate ran in this time.')}
        head={[t('Gate'), t('Half within'), t('9 of 10 within'), t('Runs'), t('Failed'), t('Flaky')]}
        bars={gates.map(gateBar)}
      />
      <BarChart
        title={t('Cold starts')}
        says={t('How many starts of an agent began without its earlier conversation.')}
        empty={t('No agent ran in this time.')}
        head={[t('Agent'), t('Cold'), t('Warm'), t('Cost'), t('Why cold')]}
        bars={agents.map(agentBar)}
      />
    </div>
  );
}

function gateBar({ gate, runs, failed, trees, flaky, time }: GateStatistics): Bar {
  const flakes = t('{0} of {1}', flaky, trees);
  return {
    label: gate,
    value: time?.median ?? 0,
    most: time?.p90 ?? 0,
    shown: time === null ? '' : `${lengthText(time.median)}${flaky === 0 ? '' : ` · ${t('flaky on {0}', flakes)}`}`,
    tone: flaky === 0 ? undefined : 'waiting',
    cells: [
      time === null ? '' : lengthText(time.median),
      time === null ? '' : lengthText(time.p90),
      String(runs),
      String(failed),
      flakes,
    ],
  };
}

function agentBar({ agent, cold, warm, whyCold, costUsd }: AgentStatistics): Bar {
  const why = whyCold.map((one) => `${one.why} (${one.count})`).join(', ');
  return {
    label: agent,
    value: cold,
    most: cold + warm,
    shown: t('{0} of {1} cold', cold, cold + warm),
    cells: [String(cold), String(warm), costUsd.of === 0 ? t('not known') : `$${costUsd.sum.toFixed(2)}`, why],
  };
}
