import type { Notice } from '../../src/core/board/notices';
import { Icon, NOTICE_ICONS } from './icons';
import type { Intents } from './intents';
import { t } from './strings';

/** What holds the whole pipeline up, each with the link that changes it. New ones are read aloud. */
export function Notices({ notices, intents }: { notices: readonly Notice[]; intents: Intents }) {
  return (
    <div class="notices" role="status" aria-label={t('Notices')}>
      {notices.map(({ severity, text, action }) => (
        <div key={text} class={`notice notice-${severity}`}>
          <Icon {...NOTICE_ICONS[severity]} label={t({ error: 'Error', warning: 'Warning', info: 'Note' }[severity])} />
          <span dir="auto">{t(text)}</span>
          {action !== null && (
            <button class="link" onClick={() => intents.notice(action.id)}>
              {t(action.label)}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
