import type { ComponentChildren } from 'preact';
import type { StoryPage } from '../../src/core/story/storyPage';
import { findReferences } from '../../src/core/story/references';
import { localMoment } from '../../src/core/words/localMoment';
import type { MessageHandler } from '../../src/protocol/messageHandler';
import type { StoryPageHostSide, StoryPageSide } from '../../src/protocol/storyPageMessages';
import { t } from '../board/strings';

export type PageHost = Pick<MessageHandler<StoryPageSide, StoryPageHostSide>, 'notify'>;

interface Parts {
  readonly page: StoryPage;
  readonly host: PageHost;
}

/** A story to be read: what it is, where it stands and what helps first; then text and criteria, and beside them the rest. */
export function StoryPageView({ page, host }: { readonly page: StoryPage | null; readonly host: PageHost }) {
  if (page === null) return <main class="gone">{t('This story is not among those that are shown. Search Stories finds it.')}</main>; // prettier-ignore
  return (
    <main>
      <Head page={page} host={host} />
      <div class="columns">
        <section aria-label={t('Text')} class="text">
          <Body page={page} host={host} />
          <button class="link" onClick={() => host.notify('edit', {})}>
            <span class="codicon codicon-edit" aria-hidden="true" /> {t('Edit')}
          </button>
        </section>
        <aside aria-label={t('What became of it')}>
          <Lines title={t('Said about its changes')} lines={page.comments} host={host} />
          <Lines title={t('Conflicts to come')} lines={page.conflicts} host={host} />
          <Lines title={t('Depends on')} lines={page.dependencies} host={host} />
          <Runs page={page} host={host} />
          <History page={page} />
        </aside>
      </div>
    </main>
  );
}

function Head({ page, host }: Parts) {
  return (
    <header>
      <h1>
        <span class="number">#{page.number}</span> {page.title}
      </h1>
      <p class="about">
        <strong class={page.landed ? 'stage landed' : 'stage'}>{page.stage}</strong>
        {[...page.about, t('since {0}', when(page.since))].map((one) => (
          <span key={one}>{one}</span>
        ))}
      </p>
      {page.facts !== '' && (
        <p class="live" title={page.facts} dir="auto">
          {page.facts}
        </p>
      )}
      {page.why !== null && (
        <p class={page.needsYou ? 'why needs' : 'why'} role={page.needsYou ? 'alert' : undefined}>
          <Words text={page.why} host={host} />
        </p>
      )}
      <p class="steps">
        {page.first !== null && <Step step={page.first} kind="first" host={host} />}
        {page.others.map((step) => (
          <Step key={step.id} step={step} kind="other" host={host} />
        ))}
      </p>
    </header>
  );
}

function Step({ step, kind, host }: { step: StoryPage['others'][number]; kind: 'first' | 'other'; host: PageHost }) {
  return (
    <button class={kind} onClick={() => host.notify('action', { action: step.id })}>
      {step.icon !== null && <span class={`codicon codicon-${step.icon}`} aria-hidden="true" />} {t(step.label)}
    </button>
  );
}

function Body({ page, host }: Parts) {
  if (page.blocks.length === 0) return <p class="quiet">{t('It has no text yet.')}</p>;
  return page.blocks.map((block, place) => {
    switch (block.kind) {
      case 'heading':
        return <h2 key={place}>{block.text}</h2>;
      case 'paragraph':
        return (
          <p key={place}>
            <Words text={block.text} host={host} />
          </p>
        );
      case 'quote':
        return (
          <blockquote key={place}>
            <Words text={block.text} host={host} />
          </blockquote>
        );
      case 'item':
        return (
          <p key={place} class={`item depth-${block.depth}`}>
            <Words text={block.text} host={host} />
          </p>
        );
      case 'criterion':
        return <CriterionLine key={place} page={page} host={host} index={block.index} depth={block.depth} />;
      case 'code':
        return <pre key={place}>{block.text}</pre>;
      default:
        return block satisfies never;
    }
  });
}

function CriterionLine({ page, host, index, depth }: Parts & { readonly index: number; readonly depth: number }) {
  const criterion = page.criteria[index];
  if (criterion === undefined) return null;
  const { text, done, command, check } = criterion;
  const fixed =
    page.readOnly ?? (command === null ? null : t('It is ticked by its command, once the story has landed.'));
  const failed = check?.startsWith('failed') === true;
  return (
    <p class={`criterion depth-${depth}`}>
      <label>
        <input
          type="checkbox"
          checked={done}
          disabled={fixed !== null}
          title={fixed ?? undefined}
          onChange={({ currentTarget }) => host.notify('tick', { index, words: text, done: currentTarget.checked })}
        />
        <span>
          <Code text={text.replace(/ \((?:passed|failed) on [0-9a-f]+\)$/, '')} />
        </span>
      </label>
      {check !== null && <span class={failed ? 'check failed' : 'check'}>{check}</span>}
    </p>
  );
}

function Lines({ title, lines, host }: { title: string; lines: readonly string[]; host: PageHost }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <Words text={line} host={host} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Runs({ page, host }: Parts) {
  if (page.outputs.length + page.runs.length === 0) return null;
  return (
    <section>
      <h2>{t('Runs')}</h2>
      {page.runs.length > 0 && (
        <ul>
          {page.runs.map(({ run, who, what }) => (
            <li key={run}>
              <button class="link" title={t('Open Transcript')} onClick={() => host.notify('openRun', { run })}>
                {who}
              </button>{' '}
              <span class="quiet">{what}</span>
            </li>
          ))}
        </ul>
      )}
      {page.costUntold && page.runs.length > 0 && <p class="quiet">{t('Not every agent says what a run cost.')}</p>}
      {page.outputs.map(({ title, last, text }) => (
        <details key={title} open={page.outputs.length === 1}>
          <summary>
            {title} <span class="quiet">{last}</span>
          </summary>
          <pre tabIndex={0}>{text}</pre>
        </details>
      ))}
    </section>
  );
}

function History({ page }: { readonly page: StoryPage }) {
  return (
    <section>
      <h2>{t('History')}</h2>
      <ol class="history">
        {page.history.map(({ at, text, evidence }) => (
          <li key={`${at} ${text}`}>
            <span class="quiet">{when(at)}</span> {text}
            {evidence.map((line) => (
              <div key={line} class="evidence">
                {line}
              </div>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Words, in which each `#12` leads to that story and what stands between backquotes is code. Nothing else means anything. */
function Words({ text, host }: { readonly text: string; readonly host: PageHost }) {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const { number, start, end } of findReferences(text)) {
    parts.push(<Code key={at} text={text.slice(at, start)} />);
    parts.push(
      <button key={`${start}`} class="link" onClick={() => host.notify('openStory', { number })}>
        {text.slice(start, end)}
      </button>,
    );
    at = end;
  }
  return (
    <>
      {parts}
      <Code text={text.slice(at)} />
    </>
  );
}

function Code({ text }: { readonly text: string }) {
  return (
    <>{text.split(/`([^`]+)`/).map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>
  );
}

function when(time: string): string {
  return localMoment(time).slice(0, 16);
}
