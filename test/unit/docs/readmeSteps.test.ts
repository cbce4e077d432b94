import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import titles from '../../../package.nls.json';
import { readDocument } from './markdown';

const { text } = readDocument('README.md');
const TITLES = Object.entries(titles).flatMap(([key, title]) => (key.startsWith('command.') ? [plain(title)] : []));

/** A title without what says that it asks something first. */
function plain(title: string): string {
  return title.replace(/…$/, '');
}

function section(name: string): string {
  const from = text.indexOf(`\n## ${name}\n`);
  assert.ok(from >= 0, name);
  const to = text.indexOf('\n## ', from + 1);
  return text.slice(from, to < 0 ? undefined : to);
}

/** What is bold and no sentence or row of the tree: the names of what one presses. */
function pressed(part: string): string[] {
  const bold = [...part.matchAll(/\*\*([^*`]+)\*\*/g)].map(([, name = '']) => name.replaceAll(/\s+/g, ' '));
  return bold.filter((name) => !/[.:?"]$/.test(name) || name === 'Why Not Landed?').filter((name) => name !== '…');
}

describe('The steps of the README', () => {
  it('[U4] press only what is a command with that title', () => {
    for (const name of ['Five minutes', 'What you can do', 'The merge queue', 'Troubleshooting']) {
      const unknown = pressed(section(name)).filter((one) => one !== 'Merge queue' && !TITLES.includes(plain(one)));
      assert.deepEqual(unknown, [], name);
    }
  });

  it('[U4] say how they are done without a mouse: by the palette, and by each key that a command has', () => {
    const words = section('Five minutes').replaceAll(/\s+/g, ' ');
    for (const { command, key } of manifest.contributes.keybindings) {
      const title =
        Object.entries(titles).find(([name]) => name === command.replace('switchyard', 'command'))?.[1] ?? '';
      const keys = key.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
      assert.ok(words.includes(`\`Switchyard: ${title}\` (${keys})`), `${title} ${keys}`);
    }
    for (const [, name = ''] of words.matchAll(/`Switchyard: ([^`]+)`/g)) assert.ok(TITLES.includes(plain(name)), name);
  });

  it('[U4] go through a story from its writing to its landing, a conflict, a freeze and a delete, in numbered steps', () => {
    const steps = [...section('Five minutes').matchAll(/^(\d)\. \*\*([^*]+)\*\*/gm)].map(([, number]) =>
      Number(number),
    );
    assert.deepEqual(steps, steps.map((_, index) => index + 1)); // prettier-ignore
    assert.ok(steps.length >= 4, 'there are steps');
    const names = pressed(section('Five minutes')).map(plain);
    for (const one of ['New Story', 'Start', 'Ready for QA', 'Fix Up', 'Freeze', 'Unfreeze', 'Delete'])
      assert.ok(names.includes(one), one);
  });
});
