import type { Notice } from '../../src/core/board/notices';
import { Icon, NOTICE_ICONS } from './icons';
import type { Intents } from './intents';
import type { HostState } from './pulse';
import { t } from './strings';

interface NoticesProps {
  readonly notices: readonly Notice[];
  readonly host: HostState;
  readonly intents: Intents;
}

/** A page whose host is gone cannot call it back: what helps is said in words. */
const SILENT: Notice = {
  severity: 'error',
  text: 'This board no longer hears from Switchyard, so it may show what was. Run “Switchyard: Open Board” for a live one; if that does nothing, run “Developer: Restart Extension Host”.',
  action: null,
};

/** What holds the whole pipeline up, each with the link that changes it. New ones are read aloud. */
export function Notices({ notices, host, intents }: NoticesProps) {
  return (
    <div class="notices" role="status" aria-label={t('Notices')}>
      {(host === 'silent' ? [SILENT, ...notices] : notices).map(({ severity, text, action }) => (
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
