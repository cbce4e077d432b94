import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { FileContentStore } from '../../../../src/store/content/contentStore';
import type { DamagedContent } from '../../../../src/store/content/textMending';
import { StoreError } from '../../../../src/store/storeError';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { KeptLog } from '../../../unit/store/storeFixtures';

const unknown = (): undefined => undefined;

async function usedIn(
  content: FileContentStore,
  known: (key: string) => number | undefined = unknown,
): Promise<number[]> {
  return [...(await content.numbers(() => Promise.resolve(known))).values()];
}

describe('content store', () => {
  let folder: TemporaryFolder;
  let log: KeptLog;
  beforeEach(() => {
    folder = new TemporaryFolder();
    log = new KeptLog();
  });
  const opened: FileContentStore[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    folder.remove();
  });

  const store = (limits?: { limit: number; head: number }): FileContentStore => {
    const made = new FileContentStore(folder.path, log, limits && { limits });
    opened.push(made);
    return made;
  };

  it('[P4] what is written reads back, also by another process, and what is not there is null', async () => {
    await store().create('k1', 1, '# Títle\n');
    await store().write('k1:gate_output', 'red');
    await store().write('k1:body', 'new');
    assert.equal(await store().read('k1:body'), 'new');
    assert.equal(await store().read('k1:gate_output'), 'red');
    assert.equal(await store().read('k1:other'), null);
    assert.equal(await store().read('k2:body'), null);
    assert.deepEqual(readdirSync(folder.at('k1')).sort(), ['body.checked', 'earlier', 'gate_output.checked', 'number']);
  });

  it('[P4] no id reads or writes outside the store', async () => {
    writeFileSync(folder.at('secret.md'), 'secret');
    const inside = new FileContentStore(folder.at('content'), log);
    mkdirSync(folder.at('content'));
    for (const id of ['..:secret', 'k1:../../secret', '/etc:passwd', 'k1', '']) {
      await assert.rejects(inside.read(id), { kind: 'badId' });
      await assert.rejects(inside.write(id, 'x'), { kind: 'badId' });
      assert.throws(() => inside.openOutput(id), { kind: 'badId' });
    }
    for (const key of ['..', 'a/b', '', '.', 'k1:body']) {
      await assert.rejects(inside.create(key, 1, ''), { kind: 'badId' });
      await assert.rejects(inside.remove(key), { kind: 'badId' });
    }
    assert.deepEqual(readdirSync(folder.path).sort(), ['content', 'secret.md']);
    assert.deepEqual(readdirSync(folder.at('content')), []);
  });

  it('[S5] the number of a story stays known without the index, until its content is removed', async () => {
    const first = store();
    await first.create('k1', 7, '');
    await first.create('k2', 9, '');
    assert.deepEqual((await usedIn(first)).sort(), [7, 9]);
    await first.create('k3', 11, '');
    await first.remove('k1');
    for (const one of [first, store()]) assert.deepEqual((await usedIn(one)).sort(), [11, 9]);
  });

  it('[S5] a folder without a readable number does not hide the others', async () => {
    await store().create('k1', 7, '');
    for (const [key, text] of [
      ['k2', ''],
      ['k3', 'x'],
      ['k4', '-1'],
      ['k5', '99999999999999999999'],
    ] as const) {
      // prettier-ignore
      mkdirSync(folder.at(key));
      writeFileSync(folder.at(key, 'number'), text);
    }
    mkdirSync(folder.at('not a key'));
    writeFileSync(folder.at('a-file'), '3');
    assert.deepEqual(await usedIn(store()), [7]);
    assert.deepEqual(await usedIn(store(), (key) => (key === 'k3' ? 5 : undefined)), [7, 5]);
  });

  it('[S7] creating content that is there already changes nothing', async () => {
    await store().create('k1', 1, 'first');
    await assert.rejects(store().create('k1', 2, 'second'), StoreError);
    assert.equal(await store().read('k1:body'), 'first');
    assert.deepEqual(await usedIn(store()), [1]);
  });

  it('[S7] creating content that fails halfway leaves nothing of it', async () => {
    const content = store();
    await assert.rejects(content.create('k1', 1, null as never), StoreError); // fails once the folder is made
    assert.deepEqual(readdirSync(folder.path), []);
    assert.deepEqual(await usedIn(content), []);
    await content.create('k1', 1, 'body');
  });

  it('[P6] a store that cannot be written to says so', async () => {
    writeFileSync(folder.at('plain'), '');
    const broken = new FileContentStore(folder.at('plain'), log);
    const explained = (error: unknown): boolean =>
      error instanceof StoreError &&
      /not saved: it cannot be written to \(.*plain.*\)\. Make this path a folder/.test(error.message);
    await assert.rejects(broken.create('k1', 1, ''), explained);
    await assert.rejects(broken.write('k1:body', ''), explained);
    const output = broken.openOutput('k1:gate_output');
    output.write('text');
    await assert.rejects(output.close(), { kind: 'notWritable' });
    assert.equal(output.tail(), 'text');
    assert.equal(log.of('warn', 'Output is not being kept').length, 1);
  });

  describe('checksums', () => {
    const body = `${'A body of 127 bytes with an ü. '.repeat(4)}1234`.slice(0, 123);
    const file = (): string => folder.at('k1', 'body.checked');

    const flip = (at: number, bits: number) => (bytes: Buffer) => {
      bytes[at]! ^= bits;
      return bytes;
    };

    async function readDamaged(damage: (bytes: Buffer) => Buffer): Promise<{ text: string; told: number }> {
      await store().remove('k1');
      await store().create('k1', 1, body);
      const bytes = readFileSync(file());
      writeFileSync(file(), damage(bytes));
      let told = 0;
      const onDamage = ({ keptIn }: DamagedContent): Promise<void> => {
        told += 1;
        assert.ok(existsSync(keptIn));
        return Promise.resolve();
      };
      const content = new FileContentStore(folder.path, log, { onDamage });
      const text = (await content.read('k1:body'))!;
      assert.equal(await new FileContentStore(folder.path, log, { onDamage }).read('k1:body'), text, 'told once');
      return { text, told };
    }

    it('[P1] a flipped bit anywhere in a body is noticed and set right', async () => {
      assert.equal(Buffer.byteLength(body), 127);
      const length = (await store().create('k0', 9, body), readFileSync(folder.at('k0', 'body.checked')).length);
      for (let at = 0; at < length; at++) {
        log.lines.length = 0;
        assert.deepEqual(await readDamaged(flip(at, 1 << (at % 8))), { text: body, told: 0 });
        assert.equal(log.of('warn', 'was damaged on disk').length, 1, `byte ${at}`);
      }
    });

    it('[P1] a flipped bit in an empty body is set right as well', async () => {
      await store().create('k1', 1, '');
      const whole = readFileSync(file());
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(file(), bytes);
        assert.equal(await store().read('k1:body'), '', `bit ${bit}`);
      }
    });

    it('[P1] a body with more damage is never shown as if it were whole: it is marked, kept as it was, and told', async () => {
      const length = readFileSync((await store().create('k0', 9, body), folder.at('k0', 'body.checked'))).length;
      for (let at = length - 127; at < length; at++) {
        const { text, told } = await readDamaged(flip(at, 0xff));
        assert.match(text, /^> \*\*This text was damaged on disk/, `byte ${at}`);
        assert.equal(told, 1);
      }
      for (const cut of [0, 10, length - 1]) {
        assert.match((await readDamaged((bytes) => bytes.subarray(0, cut))).text, /was damaged on disk/);
      }
    });

    it('[P1] a damaged text that many read at once is kept and told once', async () => {
      await store().create('k1', 1, body);
      writeFileSync(file(), readFileSync(file()).fill(0, 60, 80));
      const told: string[] = [];
      const onDamage = ({ keptIn }: DamagedContent): Promise<void> => Promise.resolve(void told.push(keptIn));
      const content = new FileContentStore(folder.path, log, { onDamage });
      const texts = await Promise.all([1, 2, 3, 4].map(() => content.read('k1:body')));
      assert.match(texts[0] ?? '', /was damaged on disk/);
      assert.equal(new Set(texts).size, 1);
      assert.deepEqual([told.length, log.of('warn', 'was damaged on disk').length], [1, 1]);
      assert.equal(readdirSync(folder.at('k1')).filter((name) => name.includes('.cut')).length, 1);
    });

    it('[P1] what is saved while a damaged text is being kept is not replaced by what was left of it', async () => {
      await store().create('k1', 1, body);
      writeFileSync(file(), readFileSync(file()).fill(0, 60, 80));
      const content: FileContentStore = new FileContentStore(folder.path, log, {
        onDamage: () => content.write('k1:body', 'new words'),
      });
      assert.equal(await content.read('k1:body'), 'new words');
    });

    it('[P1] who only reads marks a damaged text too, and writes nothing', async () => {
      await store().create('k1', 1, body);
      const bytes = readFileSync(file()).fill(0, 60, 80);
      writeFileSync(file(), bytes);
      assert.match((await store().read('k1:body'))!, /was damaged on disk/);
      assert.deepEqual(readFileSync(file()), bytes);
      assert.deepEqual(readdirSync(folder.at('k1')).sort(), ['body.checked', 'number']);
    });

    it('[P1] what the first version wrote reads as it is, and has a checksum once it is written again', async () => {
      mkdirSync(folder.at('k1'));
      writeFileSync(folder.at('k1', 'body.md'), 'old');
      writeFileSync(folder.at('k1', 'number'), '7');
      assert.equal(await store().read('k1:body'), 'old');
      assert.deepEqual(await usedIn(store()), [7]);
      await store().write('k1:body', 'new');
      assert.equal(await store().read('k1:body'), 'new');
      assert.deepEqual(readdirSync(folder.at('k1')).sort(), ['body.checked', 'number']);
    });

    it('[P1, S5] a damaged number is not taken for another one', async () => {
      await store().create('k1', 7, '');
      const text = readFileSync(folder.at('k1', 'number'), 'utf8');
      writeFileSync(folder.at('k1', 'number'), text.replace(/^7/, '6'));
      assert.deepEqual(await usedIn(store()), []);
    });
  });

  it('[P8] a folder that is deleted while the store is in use is made again, and an output is kept whole', async () => {
    const content = new FileContentStore(folder.at('content'), log);
    opened.push(content);
    await content.create('k1', 1, 'one');
    const output = content.openOutput('k1:gate_output');
    output.write('first ');
    while ((await content.read('k1:gate_output')) !== 'first ') await new Promise((resolve) => setImmediate(resolve));
    rmSync(folder.at('content'), { recursive: true });
    output.write('second');
    await output.close();
    assert.equal(await content.read('k1:gate_output'), 'first second');
    rmSync(folder.at('content'), { recursive: true });
    await content.create('k2', 2, 'two');
    await content.write('k1:body', 'again');
    assert.deepEqual([await content.read('k2:body'), await content.read('k1:body')], ['two', 'again']);
  });

  describe('outputs', () => {
    it('[MQ10] an output replaces the one before it, also when it stays empty', async () => {
      for (const text of ['a long first output', 'short', '']) {
        const output = store().openOutput('k1:gate_output');
        output.write(text);
        await output.close();
        assert.equal(await store().read('k1:gate_output'), text);
      }
    });

    it('[MQ10] an output can be read while it grows', async () => {
      const output = store().openOutput('k1:gate_output');
      output.write('so far');
      while ((await store().read('k1:gate_output')) !== 'so far') await new Promise((resolve) => setImmediate(resolve));
      assert.equal(output.tail(), 'so far');
      await output.close();
    });

    it('[MQ10] while an output grows, the one before it is not shown in its place', async () => {
      await store().write('k1:gate_output', 'red');
      const output = store().openOutput('k1:gate_output');
      output.write('running');
      const isGrowing = (): boolean =>
        readdirSync(folder.at('k1')).some(
          (name) => !name.endsWith('.checked') && readFileSync(folder.at('k1', name), 'utf8') === 'running',
        );
      while (!isGrowing()) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(await store().read('k1:gate_output'), 'running');
      await output.close();
    });

    it('[MQ10] past the limit the beginning and the newest part are kept, and the mark says how much is missing', async () => {
      const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'é', '€', '😀'), maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(fc.array(text, { maxLength: 20 }), async (chunks) => {
          const output = store({ limit: 100, head: 30 }).openOutput('k1:gate_output');
          for (const chunk of chunks) output.write(chunk);
          await output.close();
          const all = chunks.join('');
          const kept = (await store().read('k1:gate_output'))!;
          if (Buffer.byteLength(all) <= 100) return assert.equal(kept, all);
          const [head, missing, newest] = kept.split(/\n\[… (\d+) bytes left out …\]\n/);
          assert.ok(all.startsWith(head!) && all.endsWith(newest!));
          assert.ok(Buffer.byteLength(head!) > 26 && Buffer.byteLength(newest!) > 66);
          assert.equal(Buffer.byteLength(head!) + Number(missing) + Buffer.byteLength(newest!), Buffer.byteLength(all));
        }),
        { numRuns: 300 },
      );
    });

    it('[MQ10] by default 2 MB are kept, and the tail is at most 64 kB', async () => {
      const output = store().openOutput('k1:gate_output');
      const line = `${'x'.repeat(99)}\n`;
      for (let n = 0; n < 50_000; n++) output.write(line);
      output.write('the end');
      assert.equal(output.tail().length, 64 * 1024);
      await output.close();
      output.write('too late');
      const kept = (await store().read('k1:gate_output'))!;
      assert.ok(kept.length > 2 * 1024 * 1024 && kept.length < 2 * 1024 * 1024 + 60);
      assert.ok(kept.endsWith('x\nthe end') && output.tail().endsWith('x\nthe end'));
      assert.deepEqual(readdirSync(folder.at('k1')), ['gate_output.checked']);
    });
  });
});
