import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json';
import { projectRoot } from '../../support/projectRoot';
import { plainRefusals } from '../../support/words/plainRefusals';
import { plainSentences } from '../../support/words/plainSentences';
import { shownWords } from '../../support/words/shownWords';

const read = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Record<string, string>;
const languagesOf = (folder: string, name: RegExp): string[] =>
  readdirSync(path.join(projectRoot, folder)).flatMap((file) => name.exec(file)?.[1] ?? []);

/** What agents are told, and what they are told to be; people see it in transcripts alone. */
const TO_AGENTS = [
  /^src\/core\/agents\/(?:acpPresets|agentTools|agentTrial|mergemasterPrompt|presets|prompt|reviewPrompt|warmPrompt)\.ts$/,
  /^src\/core\/agents\/output\//,
  /^src\/engine\/agents\/(?:desk\/(?:agentDesk|windowAgents)|run\/(?:agentVisit|runLeft)|talks\/agentQuestions)\.ts$/,
];
/** Sentences of which parts are put together; whole they are among those that are recorded. */
const PUT_TOGETHER = [
  /^src\/core\/(?:board\/(?:buildCard|statusText)|gates\/(?:configFile|gateVerdict|quarantine)|pipeline\/targetBehind|receipts\/(?:verify(?:Text)?|witness))\.ts$/,
  /^src\/core\/review\/(?:hazards|reviewHold|takenBack)\.ts$/,
  /^src\/engine\/(?:agents\/(?:coderWork|reviewerWork|runAftermath)|worktrees\/restacks)\.ts$/,
  /^src\/git\/(?:guard\/takeOver|rescue\/removeWorktree|rescue\/rescueWork|restack\/restack)\.ts$/,
];
/** Texts of stories and commits, which have one language. */
const ENGLISH = [
  /^src\/core\/landing\/(?:redTargetStory|revertStory)\.ts$/,
  /^src\/git\/candidate\/buildRevert\.ts$/,
  /^src\/core\/review\/evidence\.ts$/,
];

describe('The words for people, in other languages', () => {
  const english = read('package.nls.json');

  it('[U10] every language has all titles, descriptions and settings, and all that host and pages say', () => {
    const languages = languagesOf('.', /^package\.nls\.(\w+)\.json$/);
    assert.deepEqual(languages, ['de']);
    assert.deepEqual(languagesOf('l10n', /^bundle\.l10n\.(\w+)\.json$/), languages);
    for (const language of languages) {
      assert.deepEqual(Object.keys(read(`package.nls.${language}.json`)).sort(), Object.keys(english).sort());
      assert.deepEqual(Object.keys(read(`l10n/bundle.l10n.${language}.json`)).sort(), [...shownWords()].sort());
    }
  });

  it('[U5] VS Code takes no sign of ours for another in a text of ours', () => {
    const words = [...shownWords(), ...Object.values(read('l10n/bundle.l10n.de.json'))].join('');
    const allowed = manifest.contributes.configurationDefaults['[switchyard-text]']['editor.unicodeHighlight.allowedCharacters']; // prettier-ignore
    const signs = [...new Set(words.match(/[‘’–]/g) ?? [])];
    assert.deepEqual(signs.filter((sign) => !Object.hasOwn(allowed, sign)), []); // prettier-ignore
    assert.ok(signs.includes('’'));
  });

  it('[U10] the engine refuses nothing in words of its own that no language can look up', () => {
    assert.deepEqual(plainRefusals(), []);
  });

  it('[U10] no sentence is made as a text for a window that no language can look up', () => {
    assert.deepEqual(plainSentences([...TO_AGENTS, ...PUT_TOGETHER, ...ENGLISH]), []);
  });

  it('[U10] a translation holds the same values, links, code and icons, and asks where the original asks', () => {
    const titles = read('package.nls.de.json');
    const said = read('l10n/bundle.l10n.de.json');
    const pairs = [
      ...Object.entries(english).map(([key, text]) => [text, titles[key] ?? ''] as const),
      ...Object.entries(said),
    ];
    for (const [text, translated] of pairs) {
      assert.notEqual(translated.trim(), '', text);
      assert.deepEqual(marksIn(translated), marksIn(text), text);
      assert.equal(translated.endsWith('…'), text.endsWith('…'), text);
    }
  });

  it('[U10] what is abandoned is called by one word, by its command and by the timeline', () => {
    const titles = read('package.nls.de.json');
    const pairs = Object.entries(english).map(([key, text]) => [text, titles[key] ?? ''] as const);
    for (const [text, translated] of [...pairs, ...Object.entries(read('l10n/bundle.l10n.de.json'))])
      if (/\babandon/i.test(text)) assert.match(translated, /aufge|\bgeben\b.* auf\b/i, text);
  });

  it('[U10] a command has one title, whether palette, menu or list shows it', () => {
    const titles = read('package.nls.de.json');
    const said = read('l10n/bundle.l10n.de.json');
    for (const [key, title] of Object.entries(english)) {
      if (key.startsWith('command.') && said[title] !== undefined) assert.equal(said[title], titles[key], title);
    }
  });
});

/** What a text and its translation have in common, in any order. */
function marksIn(text: string): string[] {
  return [...text.matchAll(/\{\d\}|\]\([^)]+\)|`[^`]+`|\$\([\w-]+\)/g)].map(([mark]) => mark).sort();
}
