import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { BoardPage } from './support/boardPage';
import { BOARD_STATES, oneOfEach, type BoardStateName } from './support/boardStates';
import { outOfReach } from './support/outOfReach';
import { seriousFindings } from './support/seriousFindings';
import { useBoard } from './support/useBoard';

const SIZES = [
  { width: 1400, height: 900 },
  { width: 900, height: 700 },
] as const;
const THEMES = ['dark', 'light', 'hcDark', 'hcLight'] as const;
const STATES = Object.keys(BOARD_STATES) as BoardStateName[];
/** What a person looks at for longer than a moment; the others differ from these by a few elements. */
const MAIN: readonly BoardStateName[] = ['notices', 'menu', 'charts', 'past', 'empty', 'noMatch'];

describe('the board for everybody', () => {
  const open = useBoard();

  async function showState(board: BoardPage, state: BoardStateName): Promise<void> {
    await board.startOver();
    await BOARD_STATES[state](board, oneOfEach());
  }

  const everyLook = THEMES.flatMap((theme) => SIZES.map((size) => ({ theme, size })));

  /**
   * What is no matter of colours is looked at in one theme, at both sizes; the other themes take turns with the sizes. With
   * SWITCHYARD_AXE=all each state is looked at in all of them.
   */
  const looksAt = (state: BoardStateName, turn: number): typeof everyLook =>
    process.env['SWITCHYARD_AXE'] === 'all'
      ? everyLook
      : MAIN.includes(state)
        ? everyLook.filter(({ theme, size }, at) => theme === 'dark' || size === SIZES[(turn + (at >> 1)) % 2])
        : [everyLook[turn % everyLook.length]!];

  it('[U2] axe finds nothing serious in any state, in light, dark and both high contrasts, at two sizes', async () => {
    const board = await open();
    const found: string[] = [];
    for (const [turn, state] of STATES.entries()) {
      await showState(board, state);
      const looks = looksAt(state, turn);
      for (const { theme, size } of looks) {
        await board.setTheme(theme);
        await board.page.setViewportSize(size);
        const findings = await seriousFindings(board, theme === 'dark' || looks.length === 1 ? 'all' : 'colours');
        found.push(...findings.map((one) => `${state}, ${theme}, ${size.width} px: ${one}`));
      }
    }
    assert.deepEqual(found, []);
  });

  it('[U2] at 200 % zoom everything is within reach, and nothing is cut off for good', async () => {
    const board = await open();
    const found: string[] = [];
    for (const state of STATES) {
      await showState(board, state);
      for (const { width, height } of SIZES) {
        // Twice as large is half as many pixels of the page.
        await board.page.setViewportSize({ width: width / 2, height: height / 2 });
        await board.nextFrames();
        await board.screenshot(`zoom-${state}-${width}`);
        found.push(...(await outOfReach(board)).map((one) => `${state}, ${width} px: ${one}`));
      }
    }
    assert.deepEqual(found, []);
  });

  it('[U2] with forced colours what keeps colours of its own has those of the system: the chosen pill, progress, charts', async () => {
    const board = await open();
    await board.page.emulateMedia({ forcedColors: 'active' });
    await showState(board, 'cards');
    assert.match(await board.card(34).evaluate((card) => getComputedStyle(card).outline), / solid 2px$/);
    assert.deepEqual(await ownColours(board), ['pill: HighlightText on Highlight', 'progress: CanvasText on GrayText']);
    await board.screenshot('forced-colours');
    await showState(board, 'charts');
    const fills = board.page.locator('.flow rect, .flow line');
    const drawn = await fills.evaluateAll((all) => {
      document.body.style.color = 'CanvasText';
      document.body.style.outlineColor = 'Highlight';
      const { color, outlineColor } = getComputedStyle(document.body);
      return all.filter((one) => {
        const { fill, stroke } = getComputedStyle(one);
        return ![color, outlineColor].includes(stroke === 'none' ? fill : stroke);
      }).length;
    });
    assert.equal(drawn, 0);
    await board.screenshot('forced-colours-charts');
  });

  it('[U2] with reduced motion no state has anything that goes on moving', async () => {
    const board = await open({ motion: 'reduced' });
    const moving: string[] = [];
    for (const state of MAIN) {
      await showState(board, state);
      const count = await board.page.evaluate(() => document.getAnimations().length);
      if (count > 0) moving.push(`${state}: ${count}`);
    }
    assert.deepEqual(moving, []);
  });

  /** What is drawn in colours that are not forced, with their names. */
  function ownColours({ page }: BoardPage): Promise<string[]> {
    return page.evaluate(() => {
      const names = new Map<string, string>();
      for (const name of ['CanvasText', 'Canvas', 'Highlight', 'HighlightText', 'GrayText']) {
        document.body.style.color = name;
        names.set(getComputedStyle(document.body).color, name);
      }
      const found = new Set<string>();
      for (const element of document.querySelectorAll('.board *:not(svg, svg *)')) {
        const { forcedColorAdjust, color, backgroundColor } = getComputedStyle(element);
        if (forcedColorAdjust !== 'none' || element.parentElement?.closest('.pill, progress') != null) continue;
        found.add(`${element.className || element.localName}: ${names.get(color)} on ${names.get(backgroundColor)}`);
      }
      return [...found].sort();
    });
  }

  it('[U2] what a screen reader says of a button keeps the words of its parts apart', async () => {
    const board = await open();
    await showState(board, 'notices');
    const names = await spokenNames(board.page, 'button');
    assert.ok(names.includes('Needs you 2') && names.includes('Coding 2 2 of 2 agents'), names.join('\n'));
    assert.deepEqual(names.filter((name) => /\p{L}\d/u.test(name)), []); // prettier-ignore
  });
});

/** The names of all that has a role, as the browser gives them to a screen reader. */
async function spokenNames(page: Page, role: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter((node) => !node.ignored && node.role?.value === role)
    .map(({ name }) => String(name?.value ?? ''));
}
