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

/** A page whose host is gone cannot call it back. Its link is followed by VS Code, which starts another host by itself. */
const SILENT: Notice = {
  severity: 'error',
  text: 'This board no longer hears from Switchyard, so it shows what was. Open Board opens a live one; if that does nothing, run “Developer: Restart Extension Host”.',
  action: null,
};
const OPEN_BOARD = 'command:switchyard.openBoard';

/** What holds the whole pipeline up, each with the link that changes it. New ones are read aloud. */
export function Notices({ notices, host, intents }: NoticesProps) {
  return (
    <div class="notices" role="status" aria-label={t('Notices')}>
      {(host === 'silent' ? [SILENT, ...notices] : notices).map(({ severity, text, action }) => (
        <div key={text} class={`notice notice-${severity}`}>
          <Icon {...NOTICE_ICONS[severity]} label={t({ error: 'Error', warning: 'Warning', info: 'Note' }[severity])} />
          <span dir="auto">{t(text)}</span>
          {text === SILENT.text && (
            <a class="link" href={OPEN_BOARD}>
              {t('Open Board')}
            </a>
          )}
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
