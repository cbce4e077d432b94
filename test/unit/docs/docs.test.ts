import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import manifest from '../../../package.json';
import titles from '../../../package.nls.json';
import { PLACEHOLDERS } from '../../../src/core/agents/placeholders';
import { AGENT_PRESETS } from '../../../src/core/agents/presets';
import { readAgentProfiles } from '../../../src/core/agents/profile';
import { ACTIONS, ACTION_IDS } from '../../../src/core/board/actions';
import { CONFIG_FILE, configSchema, DEFAULT_REVIEW_PATHS, gatesSchema } from '../../../src/core/gates/gateConfig';
import { MARK_WORDS } from '../../../src/core/pipeline/markWords';
import { currentReference, REFERENCE } from '../../support/manifest/referenceDocument';
import { renewed } from '../../support/manifest/manifestFiles';
import { projectRoot } from '../../support/projectRoot';
import { allDocuments, anchorsOf, codeBlocks, linksOf, readDocument, tableOf } from './markdown';
import { idsIn, provenRules } from './ruleIds';

interface Setting {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly markdownDescription: string;
  readonly items?: { readonly type: string | readonly string[]; readonly properties?: Readonly<Record<string, { readonly description?: string; readonly markdownDescription?: string }>> }; // prettier-ignore
}

const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.entries<Setting>(properties));

const documents = allDocuments();
const readme = readDocument('README.md');
const behaviour = readDocument('docs/behaviour.md');

describe('The documents', () => {
  it('state every rule that a test proves, and prove every rule that they name', () => {
    const stated = [...behaviour.text.matchAll(/^### (\S+) /gm)].map(([, id = '']) => id);
    const proven = provenRules();
    assert.deepEqual(stated, [...new Set(stated)], 'each rule is stated once');
    const missing = [...proven].filter(([id]) => !stated.includes(id));
    assert.deepEqual(missing, [], 'rules that a test names and docs/behaviour.md does not state');
    const unproven = [...new Set([...stated, ...idsIn(behaviour.text)])].filter((id) => !proven.has(id));
    assert.deepEqual(unproven, [], 'rules that docs/behaviour.md names and no test does');
  });

  for (const document of documents) {
    it(`${document.file}: every relative link and picture leads somewhere, and every picture has a description`, () => {
      for (const { shown, target } of linksOf(document)) {
        assert.ok(target !== null, `[${shown}] is defined`);
        assert.notEqual(shown.trim(), '', `the link to ${target} says what it is`);
        if (!/^[a-z]+:/i.test(target)) assertLeadsSomewhere(document.file, target);
      }
    });
  }

  it('name npm scripts that exist', () => {
    for (const { file, text } of documents) {
      for (const [shown, short, name = short] of text.matchAll(/\bnpm (?:(start|test)\b|run (?:--silent )?([\w:]+))/g))
        assert.ok(name !== undefined && name in manifest.scripts, `${file}: ${shown}`);
    }
  });

  it('name commands as VS Code shows them', () => {
    const known = manifest.contributes.commands.map(({ title }) => titleOf(title));
    for (const { file, text } of documents) {
      for (const [shown, title = ''] of text.matchAll(/`Switchyard: ([^`]+)`/g))
        assert.ok(known.includes(title), `${file}: ${shown}`);
    }
  });

  it('hold no path of somebody’s machine', () => {
    const paths = /(?<![\w.])\/(?:home|root|Users|work|tmp|mnt|opt|workspaces?)\/\S*|\b[A-Z]:\\\S*|\bfile:\/\/\S*/g;
    for (const { file, text } of documents) assert.deepEqual(text.match(paths) ?? [], [], file);
  });
});

describe('The README', () => {
  it('has every setting in its table, with its default, and no other', () => {
    const rows = tableOf(readme, 'Setting').map(([name = '', value = '']) => [name, value]);
    const expected = settings.map(([name, { default: value }]) => [`\`${name}\``, shownDefault(value)]);
    assert.deepEqual(rows, expected);
  });

  it('names the settings that an untrusted workspace cannot make', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const sentence = /^(.*) are ignored from workspaces\s+that you do not trust/ms.exec(readme.text)?.[1] ?? '';
    const last = sentence.slice(sentence.lastIndexOf('\n\n'));
    assert.deepEqual(
      [...last.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort(),
      restrictedConfigurations.toSorted(),
    );
  });

  it('says the three marks in the words of every view', () => {
    const rows = tableOf(readme, 'Mark').map(([symbol, word]) => [symbol, word]);
    assert.deepEqual(
      rows,
      (['running', 'queued', 'cold'] as const).map((mark) => [MARK_WORDS[mark].symbol, MARK_WORDS[mark].word]),
    );
  });

  it('has an example of gates that can be used as it stands', () => {
    const [example] = codeBlocks(readme, 'yaml');
    assert.ok(example !== undefined && readme.text.includes(CONFIG_FILE));
    const { gates, review } = configSchema.parse(parse(example));
    assert.ok((gates?.length ?? 0) > 1 && (review?.paths?.length ?? 0) > 1);
    assert.ok(!DEFAULT_REVIEW_PATHS.includes('package.json'), 'as the README says');
  });

  it('has an example of an agent that can be used as it stands', () => {
    const [example] = codeBlocks(readme, 'json');
    assert.ok(example !== undefined);
    const outcome = readAgentProfiles((JSON.parse(example) as Record<string, unknown>)['switchyard.agents']);
    assert.equal(outcome.kind, 'ok');
  });

  it('names every preset and every placeholder', () => {
    const presets = AGENT_PRESETS.map(({ name }) => name).join(', ');
    const plain = readme.text.replaceAll(/\s+/g, ' ');
    assert.ok(plain.includes(`(${presets})`), presets);
    const named = /- Placeholders: ([^.]+)\./.exec(plain)?.[1];
    assert.equal(named, PLACEHOLDERS.map((name) => `\`{${name}}\``).join(', '));
  });
});

describe('The manifest', () => {
  for (const file of ['package.json', 'package.nls.json'] as const) {
    it(`[U4] ${file} says of commands and menus what the lists of actions and commands say`, () => {
      const text = readFileSync(path.join(projectRoot, file), 'utf8');
      assert.equal(renewed(file, text), text, `${file} is stale: npm run docs writes it anew`);
    });
  }

  it(`[U10] ${REFERENCE} says of every command and setting what the manifest says`, async () => {
    const text = readFileSync(path.join(projectRoot, REFERENCE), 'utf8');
    assert.equal(await currentReference(), text, `${REFERENCE} is stale: npm run docs writes it anew`);
    for (const { title } of manifest.contributes.commands) assert.notEqual(titleOf(title), '');
    for (const [name, setting] of settings) assert.ok(titleOf(setting.markdownDescription).length > 10, name);
  });

  it('[U10] has its settings in groups, each described down to its parts, and what is typed with an example that can be used', () => {
    const { configuration } = manifest.contributes;
    for (const { title, properties } of configuration) {
      assert.notEqual(titleOf(title), '');
      assert.ok(Object.keys(properties).length <= 12, `${titleOf(title)} is seen at a glance`);
    }
    for (const [name, setting] of settings) {
      for (const [part, one] of Object.entries(setting.items?.properties ?? {}))
        assert.notEqual(titleOf(one.description ?? one.markdownDescription ?? ''), '', `${name}: ${part}`);
      if (setting.type === 'boolean' || setting.enum !== undefined) continue;
      const [example] = setting.examples ?? [];
      assert.ok(example !== undefined, `${name} has no example`);
      assert.notDeepEqual(example, setting.default, name);
      if (name === 'switchyard.gates') gatesSchema.parse(example);
      else if (name === 'switchyard.agents') assert.equal(readAgentProfiles(example).kind, 'ok');
      else assert.ok([setting.type].flat().includes(Array.isArray(example) ? 'array' : Number.isInteger(example) && !setting.type?.includes('number') ? 'integer' : typeof example), name); // prettier-ignore
    }
  });

  it('[U4] shows every command under Switchyard, and one for stories only while a story can use it', () => {
    const { commands, menus } = manifest.contributes;
    for (const { command, category, title } of commands) {
      assert.equal(category, 'Switchyard', command);
      assert.ok(titleOf(title) !== '', command);
    }
    const shown = new Map(menus.commandPalette.map(({ command, when }) => [command, when]));
    const known = commands.map(({ command }) => command);
    for (const id of ACTION_IDS.filter((one) => known.includes(`switchyard.${one}`) && ACTIONS[one].event !== null))
      assert.equal(shown.get(`switchyard.${id}`), `switchyard.can.${id}`);
    const never = menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
    assert.deepEqual(
      never,
      [
        'newStoryFromTodo',
        'addComment',
        'settleComment',
        'reopenComment',
        'editComment',
        'saveComment',
        'leaveComment',
        'deleteComment',
        'openSourceControl',
        'doctorAct',
        'loadMore',
      ].map((id) => `switchyard.${id}`),
      'lines of a comment, of a review, of a card, of a report and of the tree, no commands of their own',
    );
  });
});

describe('The commands', () => {
  /** It acts on a thread that VS Code draws: a test of the host runs it where there is none. */
  const RUN_WHERE_NOTHING_IS = ['reopenComment'];
  /** Pressed as what they are, a link of Doctor's report and a button of the status bar. */
  const PRESSED = ['doctorAct', 'readyThisStory'];

  it('[U4] are each run by a test in a real VS Code, beside the one that runs them all', () => {
    const folders = ['test/host', 'test/ui'].map((folder) => path.join(projectRoot, folder));
    const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name))); // prettier-ignore
    const tests = files.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8'));
    const named = new Set(tests.flatMap((text) => text.match(/(?<=['"`])[-\w…?.: ]+(?=['"`])/g) ?? []).map(bare)); // prettier-ignore
    // An id can be a state or an action on offer as well: only where it is run it counts.
    const run = new Set(tests.flatMap((text) => text.match(/(?<=\brun\('|['"`]switchyard\.)\w+/g) ?? []));
    const unnamed = manifest.contributes.commands
      .map(({ command, title }) => ({ id: command.replace('switchyard.', ''), title: bare(titleOf(title)) }))
      .filter(({ id, title }) => !run.has(id) && !named.has(title))
      .map(({ id }) => id);
    assert.deepEqual(unnamed.sort(), [...PRESSED, ...RUN_WHERE_NOTHING_IS]);
  });
});

/** A title or an id without what says whose it is, and that it asks. */
function bare(title: string): string {
  return title
    .trim()
    .replace(/^switchyard[.:] ?/i, '')
    .replace(/…$/, '');
}

function titleOf(placeholder: string): string {
  return (titles as Record<string, string>)[placeholder.replaceAll('%', '')] ?? '';
}

function shownDefault(value: unknown): string {
  return value === '' ? 'empty' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function assertLeadsSomewhere(from: string, target: string): void {
  const [file = '', anchor] = target.split('#');
  const to = file === '' ? from : path.posix.normalize(path.posix.join(path.posix.dirname(from), file));
  assert.ok(!to.startsWith('..'), `${target} stays in the project`);
  assert.ok(existsSync(path.join(projectRoot, ...to.split('/'))), `${to} exists`);
  if (anchor !== undefined && to.endsWith('.md'))
    assert.ok(anchorsOf(readDocument(to)).includes(anchor), `${to} has a heading for #${anchor}`);
}
