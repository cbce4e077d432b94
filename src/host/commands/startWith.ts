import { mayStart, type Several } from './askFor';
import type { CommandContext } from './context';
import { askAgent } from './describeCards';
import { perform, performAll, type Deed } from './perform';

/** Lets the person choose who codes these stories, and starts them. */
export async function startWith(context: CommandContext, cards: Several): Promise<string | null> {
  if (!(await mayStart(context, cards))) return null;
  const wanted = await askAgent(context, cards, ['coder']);
  if (wanted === null) return null;
  const deed: Deed = {
    does: async (session, { key }) => {
      const chosen = await session.describe(key, wanted());
      return chosen.kind === 'refused' ? chosen : session.perform(key, { event: 'Start' });
    },
    makes: 'worktree',
  };
  return cards.length === 1 ? perform(context, cards[0], deed) : performAll(context, cards, deed);
}
