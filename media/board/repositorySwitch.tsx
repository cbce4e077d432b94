import type { BoardState } from './boardStore';
import type { Intents } from './intents';
import { t } from './strings';

/** Not the name of a repository: a name is a folder's, and has no slash. */
const ALL = '/';

/** Which repository the board shows, or all of them in the overview. Where there is one, there is nothing to choose. */
export function RepositorySwitch({ state: { overview, page }, intents }: { state: BoardState; intents: Intents }) {
  if (overview === null || overview.rows.length < 2) return null;
  return (
    <select
      class="repository"
      aria-label={t('Repository')}
      value={page === 'overview' ? ALL : overview.shown}
      onChange={({ currentTarget: { value } }) =>
        value === ALL ? intents.showOverview() : intents.showRepository(value)
      }
    >
      <option value={ALL}>{t('All repositories')}</option>
      {overview.rows.map(({ name, needsYou }) => (
        <option key={name} value={name}>
          {needsYou === 0 ? name : t('{0} ({1})', name, needsYou)}
        </option>
      ))}
    </select>
  );
}
