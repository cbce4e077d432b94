import assert from 'node:assert/strict';
import { german, translate } from '../../../support/words/german';
import { RECORDED } from '../../../support/words/recordedWords';
import { englishIn } from '../../../support/words/englishIn';

/** Each sentence that the bundle has. */
const ALL = Object.keys(german).map((key) => key.replace(/\/record$/, ''));

describe('What a record kept in English', () => {
  it('[U10] is said in German, sentence by sentence, with what stood in it', () => {
    const cases: [string, string][] = [
      ['Gate test exited with code 1.', 'Gate test endete mit Code 1.'],
      ["The merge journal here knows otherwise: it landed by a person's word. Green there: test, lint. Not green there: smoke.", 'Das Merge-Journal hier weiß es anders: Er ist auf das Wort eines Menschen gelandet. Dort grün: test, lint. Dort nicht grün: smoke.'],
      ['Gate test exited with code 1', 'Gate test endete mit Code 1'],
      ['gate test exited with code 1', 'Gate test endete mit Code 1'],
      ['touches src/a.ts, which review.paths asks a person to look at', 'berührt src/a.ts; nach review.paths soll sich das ein Mensch ansehen'],
      ['Gate unit ran longer than 30 s and was ended, with 2 processes it had left behind.', 'Gate unit lief länger als 30 s und wurde beendet, samt 2 Prozessen, die es hinterlassen hatte.'],
      ['It did not land: on its merge with main its gates are red. Gate test exited with code 1.', 'Sie ist nicht gelandet: Auf ihrer Zusammenführung mit main sind ihre Gates rot. Gate test endete mit Code 1.'],
      ['Merged into main, its gates are red. Gate test exited with code 1: 2 of 3 tests failed: a and b.', 'Mit main zusammengeführt, sind ihre Gates rot. Gate test endete mit Code 1: 2 von 3 Tests schlugen fehl: a und b.'],
      ['claude: It exited with code 1; its branch holds 2 commits. API Error: 529', 'claude: Er endete mit Code 1; sein Branch hält 2 Commits. API Error: 529'],
      ['On run 2: Gate a exited with code 1. Run 1: Gate a exited with code 2.', 'Im 2. Lauf: Gate a endete mit Code 1. Im 1. Lauf: Gate a endete mit Code 2.'],
      ['The setting for gates: gates[1].command: The command is empty. Name the program to run.', 'Die Einstellung für Gates: gates[1].command: Der Befehl ist leer. Nennen Sie das Programm, das laufen soll.'],
      ['.switchyard/config.yaml, line 3: gates[0].needs: Too small: expected array to have >=1 items', '.switchyard/config.yaml, Zeile 3: gates[0].needs: Zu wenige: array soll >=1 Einträge haben'],
      ['The setting for agents: [0].role: Invalid option: expected one of "coder"|"qa"', 'Die Einstellung für Agenten: [0].role: Ungültige Wahl: möglich ist "coder"|"qa"'],
      ['rita asks for changes:\n- No test.\n- No word.', 'rita wünscht Änderungen:\n- No test.\n- No word.'],
      ['It changed the hook pre-commit of your repository; that is undone.', 'Es hat an Ihrem Repository den Hook pre-commit geändert; das ist rückgängig gemacht.'],
      ['claude put its work on main itself. Once that is restored, unblock #7 and say Ready for QA.', 'claude hat seine Arbeit selbst auf main gelegt. Ist das wiederhergestellt, heben Sie die Blockade von #7 auf und wählen „Bereit für QA“.'],
      ['It touches 7 files (a.ts, b.ts and 5 more), which review.paths asks a person to look at.', 'Sie berührt 7 Dateien (a.ts, b.ts und 5 weitere), die sich nach review.paths ein Mensch ansehen soll.'],
    ]; // prettier-ignore
    for (const [kept, said] of cases) assert.equal(translate(kept), said);
  });

  it('[U10] each sentence that can be kept is known again, whatever stands in it', () => {
    for (const text of RECORDED.filter((one) => /[.}]$/.test(one))) {
      const kept = text.replaceAll(/\{\d\}/g, 'xyz');
      assert.notEqual(translate(kept), kept, text);
      assert.deepEqual(englishIn([translate(kept)]), []);
    }
  });

  it('[U10] what a person, git or a program wrote stays as it is', () => {
    for (const text of ['Waits for the design.', 'fatal: not a git repository', 'Please rename it.\nThen merge.', ''])
      assert.equal(translate(text), text);
  });

  it('[U10] a long text, and one that nearly fits many sentences, take no time', () => {
    const started = process.cpuUsage().user;
    for (const text of ['It left '.repeat(400), `Gate ${'ran longer than '.repeat(200)}`, 'a'.repeat(3999)])
      translate(text);
    assert.ok(process.cpuUsage().user - started < 2_000_000);
  });

  it('[U10, U17] what an agent wrote to be read slowly is read at once, whichever sentence it resembles', () => {
    // Of a sentence all places that it leaves open are full of what stands behind them, and it never ends.
    const hostile = ALL.map((text) => {
      const [first = '', ...rest] = text.split(/\{\d+\}/);
      return `${[first, ...rest.slice(0, -1).map((piece) => (piece || 'a').repeat(Math.ceil(390 / (piece.length || 1))))].join('').slice(0, 3990)}x!`;
    }); // prettier-ignore
    const used = hostile.map((text) => {
      const { user } = process.cpuUsage();
      translate(text);
      return { text: text.slice(0, 60), ms: (process.cpuUsage().user - user) / 1000 };
    });
    assert.deepEqual(used.filter(({ ms }) => ms > 2000), []); // prettier-ignore
  });
});
