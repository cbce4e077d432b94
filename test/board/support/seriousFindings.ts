import { AxeBuilder } from '@axe-core/playwright';
import type { BoardPage } from './boardPage';

/** Rules of axe: all of them, or those that another theme can break. */
export type AxeRules = 'all' | 'colours';

/** What axe finds serious or critical, or outside of every landmark, with the elements it means. */
export async function seriousFindings(board: BoardPage, rules: AxeRules): Promise<string[]> {
  await board.whenStill();
  // In the page itself: the other way opens a page for each result.
  // Of the rules that hold, it need not name each element.
  const axe = new AxeBuilder({ page: board.page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (rules === 'all' ? axe : axe.withRules('color-contrast')).analyze();
  return violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || id === 'region')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ''}`));
}
