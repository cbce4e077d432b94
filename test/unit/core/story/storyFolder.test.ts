import assert from 'node:assert/strict';
import fc from 'fast-check';
import { printStory, readStories, type SourceFile } from '../../../../src/core/story/storyFolder';
import { STORY_TYPES } from '../../../../src/core/story/stageNames';
import { readLabels } from '../../../../src/core/story/describeStory';
import { readTitle } from '../../../../src/core/story/story';

const file = (name: string, ...front: string[]): SourceFile => ({
  name,
  text: `---\n${front.join('\n')}\n---\n\nText\n`,
});
const read = (files: SourceFile[], known: { key: string; number: number; title: string }[] = []) =>
  readStories(files, known);

describe('a folder of story files', () => {
  it('[S2, S3] name or title, type, priority and labels are read, and the rest is the body', () => {
    const [item] = read([file('a.md', 'name: Sign in', 'type: bug', 'priority: 1', 'labels: [ui, auth]')]);
    assert.deepEqual(item, {
      source: 'a.md',
      title: 'Sign in',
      type: 'bug',
      priority: 1,
      labels: ['ui', 'auth'],
      body: 'Text\n',
      needs: [],
      warnings: [],
      like: null,
      wanted: true,
    });
  });

  it('[S2, S10] files depend on each other by number, file name or title, and on stories that are there', () => {
    const items = read(
      [
        file('3-sign-in.md', 'title: Sign in'),
        file('backlog/4-sign-out.md', 'title: Log out', 'depends_on: [3]'),
        file('by-name.md', 'title: A', 'depends_on: [sign-in, "Log out", sign-out.md]'),
        file('by-hash.md', 'title: B', 'depends_on: [#3, 7]'),
        file('one.md', 'title: C', 'depends_on: Old story'),
        file('list.md', 'title: D', 'depends_on:', '  - by-name', '  - 12'),
      ],
      [
        { key: 'k7', number: 7, title: 'Old story' },
        { key: 'k3', number: 3, title: 'Not the file' },
      ],
    );
    assert.deepEqual(items.map(({ needs }) => needs.map((need) => (need.kind === 'item' ? need.place : need.key))), [
      [], [0], [0, 1], [0, 'k7'], ['k7'], [2],
    ]); // prettier-ignore
    assert.deepEqual(
      items[5]?.warnings.map(({ line, message }) => ({ line, message })),
      [{ line: 3, message: 'Nothing is known of “12”, which it depends on; that is left out.' }],
    );
    assert.deepEqual(
      items.slice(0, 5).flatMap(({ warnings }) => warnings),
      [],
    );
  });

  it('[S2, S3] what is wrong with a file is told with its line, and spoils nothing else', () => {
    const items = read([
      file('a.md', 'title: A', 'type: epic', 'priority: high', 'colour: red', 'depends_on: [a]'),
      file('b.md', 'title: "unclosed', 'priority: 0'),
    ]);
    const lines = items.map(({ warnings }) => warnings.map(({ line }) => line).sort((a, b) => a - b));
    assert.deepEqual(lines[0], [3, 4, 5, 6]);
    assert.match(items[0]?.warnings.find(({ line }) => line === 6)?.message ?? '', /cannot depend on itself/);
    assert.ok((lines[1]?.length ?? 0) > 0);
    assert.deepEqual([items[0]?.title, items[0]?.type, items[0]?.priority, items[1]?.priority], ['A', 'story', 2, 0]);
  });

  it('[S2] a heading is read at once, however its line is written', () => {
    const wide = `# ${' '.repeat(50_000)}Sign${' '.repeat(50_000)}in${' #'.repeat(2)}\r\n\r\nText\r\n`;
    const [sharp, far, rule] = read([
      { name: 'a.md', text: '## Port it to C#\n' },
      { name: 'b.md', text: wide },
      { name: 'c.md', text: `#${' #'.repeat(50_000)} x\n` },
    ]);
    assert.deepEqual([sharp?.title, sharp?.body], ['Port it to C#', '']);
    assert.deepEqual([far?.title, far?.body], ['Sign in #', 'Text\r\n']);
    assert.equal(rule?.title, 'c', 'a line that is too long for a title stays in the body');
  });

  it('[S2] without a title the first heading is it, else the file’s name, and that is told', () => {
    const [heading, name] = read([
      { name: 'a.md', text: '# Sign in #\n\nText\n' },
      { name: '12-sign_out-now.md', text: 'Text\n' },
    ]);
    assert.deepEqual([heading?.title, heading?.body], ['Sign in', 'Text\n']);
    assert.deepEqual([name?.title, name?.body], ['sign out now', 'Text\n']);
    assert.match(name?.warnings[0]?.message ?? '', /^It says no title; it is called “sign out now”\.$/);
  });

  it('[S2] what is there already under that title is marked and not wanted', () => {
    const items = read([file('a.md', 'title: Sign  IN'), file('b.md', 'title: sign in')], [{ key: 'k', number: 5, title: 'Sign in' }]); // prettier-ignore
    assert.deepEqual(items.map(({ like, wanted }) => [like, wanted]), [['#5', false], ['#5', false]]); // prettier-ignore
  });

  it('[S2] stories that were exported are read again as they were, dependencies among them too', () => {
    const title = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((text) => {
      const plain = readTitle(text);
      return plain.kind === 'ok' && plain.title === text;
    });
    const labels = fc.array(fc.constantFrom('ui', 'needs design', '#1', 'a: b', 'yes', '1.0', 'null'), {
      maxLength: 3,
    });
    const body = fc.array(fc.constantFrom('Text', '- [ ] it works', '---', 'title: x', '', '# Heading', '  deep'), { maxLength: 6 }); // prettier-ignore
    const story = fc.record({
      title,
      type: fc.constantFrom(...STORY_TYPES),
      priority: fc.nat(3),
      labels: labels.map((some) => [...new Set(some)]),
      body: body.map((lines) => lines.join('\n')),
      needs: fc.array(fc.nat(4), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(story, { minLength: 1, maxLength: 5 }), (stories) => {
        const numbers = stories.map((_, index) => 10 + index * 3);
        const files = stories.map(({ body: text, needs, ...fields }, index) => {
          const before = [...new Set(needs.filter((place) => place < index))];
          return printStory(
            numbers[index] ?? 0,
            { ...fields, dependsOn: before.map((place) => numbers[place] ?? 0) },
            text,
          );
        });
        const again = read(files);
        for (const [index, { body: text, needs, ...fields }] of stories.entries()) {
          const item = again[index];
          assert.deepEqual(item?.warnings, []);
          const { title: told, type, priority, labels: marks } = item;
          assert.deepEqual({ title: told, type, priority, labels: marks }, fields);
          assert.equal(readLabels(marks).kind, 'ok');
          assert.equal(item.body, text);
          const before = [...new Set(needs.filter((place) => place < index))];
          assert.deepEqual(
            item.needs.map((need) => (need.kind === 'item' ? need.place : -1)),
            before,
          );
        }
      }),
    );
  });
});
