import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { STAGES, jobAt } from '../../../support/storyFixtures';
import { entryOf, storyNumber } from '../../../unit/store/storeFixtures';
import { LOG_HEADER, checksumOf, frameRecord } from '../../../../src/store/log/recordFormat';
import { EDITS_FOLDER } from '../../../../src/store/content/contentStore';
import { LossFile } from '../../../../src/store/recovery/lossFile';
import { StoryIndex } from '../../../../src/store/index/storyIndex';
import { lossOf } from '../../../../src/core/recovery/storeLoss';
import { say } from '../../../../src/core/words/said';
import { Clinic } from './clinic';

describe('what Doctor finds in the store', () => {
  let clinic: Clinic;
  before(async () => {
    clinic = await Clinic.open();
    await clinic.story(1);
    await clinic.story(2);
    await clinic.story(3, STAGES.Done);
    await clinic.keepStore();
  });
  after(() => clinic.close());

  const at = (...parts: string[]): string => path.join(clinic.root, ...parts);
  const undo = (): Promise<void> => clinic.restoreStore();
  afterEach(undo);

  it('[P7] a list of stories that another version wrote is index.foreign', async () => {
    const name = Buffer.concat([Buffer.from('switchyard log\n', 'latin1'), Buffer.of(9)]);
    await clinic.shows({
      id: 'index.foreign',
      says: /stories\.log was written by a later version/,
      make: async () => {
        await writeFile(at('stories.log'), Buffer.concat([name, checksumOf(name)]));
      },
      undo,
    });
  });

  it('[P7] a list of stories with a flipped bit is index.damaged, with where', async () => {
    await clinic.shows({
      id: 'index.damaged',
      says: /stories\.log cannot be read from byte \d+ of \d+ on/,
      make: async () => {
        const bytes = await readFile(at('stories.log'));
        bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
        await writeFile(at('stories.log'), bytes);
      },
      undo,
    });
  });

  it('[P7] a loss that nobody has acknowledged is index.losses', async () => {
    const told = { id: 'l1', at: '2026-01-01T00:00:00.000Z', kind: 'lost', held: [] } as const;
    const loss = lossOf({ ...told, held: [] }, [say('Two records of #{0} are gone.', 2)]);
    await clinic.shows({
      id: 'index.losses',
      says: /Two records of #2 are gone/,
      make: async () => {
        await clinic.closeStore();
        await (await LossFile.open(at('losses.log'), clinic.log)).add(loss);
        await clinic.openStore();
      },
      undo,
    });
  });

  it('[P7] what was cut off and put aside is index.keptAside', async () => {
    await clinic.shows({
      id: 'index.keptAside',
      says: /stories\.log\.cut-\d+-1 holds what was damaged/,
      make: async () => {
        await clinic.closeStore();
        await appendFile(at('stories.log'), 'torn');
        await clinic.openStore();
      },
      undo,
    });
  });

  /** Writes a story into the index alone, where no rule of the store is asked. */
  async function put(change: Parameters<typeof storyNumber>[1], number: number): Promise<void> {
    const index = await StoryIndex.open(at('stories.log'), clinic.log, { now: Date.now });
    await index.put(storyNumber(number, change), entryOf(change?.key ?? '', { number }));
    await index.close();
  }

  async function withoutStore(work: () => Promise<void>): Promise<void> {
    await clinic.closeStore();
    await work();
    await clinic.openStore();
  }

  it('[P7] two stories of one number are index.sameNumber', async () => {
    await clinic.shows({
      id: 'index.sameNumber',
      says: /#1 is Story 1 and Twin\./,
      make: () =>
        withoutStore(async () => {
          await put({ key: 'twin', title: 'Twin' }, 1);
          await clinic.write(at('content', 'twin', 'body.md'), 'Text');
          await clinic.write(at('content', 'twin', 'number'), '1');
        }),
      undo,
    });
  });

  it('[P7] the number of a deleted story on another is index.numberOfDeleted', async () => {
    const number = 50;
    await clinic.shows({
      id: 'index.numberOfDeleted',
      says: /#50 Again has the number of a deleted story/,
      make: async () => {
        await clinic.story(number);
        await clinic.opened.stories.bury('k50', entryOf('k50', { number, event: 'Abandon' }));
        await withoutStore(async () => {
          await put({ key: 'again', title: 'Again' }, number);
          await clinic.write(at('content', 'again', 'body.md'), 'Text');
          await clinic.write(at('content', 'again', 'number'), '50');
        });
      },
      undo,
    });
  });

  it('[P7, S10] a story that depends on one that is gone is index.dependencyGone', async () => {
    const write = (dependsOn: string[]): Promise<unknown> =>
      clinic.opened.stories.write(storyNumber(2, { dependsOn }), entryOf('k2', { number: 2 }));
    await clinic.shows({
      id: 'index.dependencyGone',
      says: /#2 Story 2 depends on 1 story that cannot be found/,
      make: () => write(['nobody']),
      undo,
    });
  });

  it('[P7] a story without its text is content.bodyMissing', async () => {
    await clinic.shows({
      id: 'content.bodyMissing',
      says: /#1 Story 1 has no text/,
      make: async () => {
        await rm(at('content', 'k1', 'body.checked'));
      },
      undo,
    });
  });

  it('[P7] a text whose checksum does not fit is content.damaged, and what is left of it can be kept; the loss is told', async () => {
    await clinic.shows({
      id: 'content.damaged',
      says: /The text of #2 Story 2 is damaged, in /,
      make: async () => {
        const bytes = await readFile(at('content', 'k2', 'body.checked'));
        await writeFile(at('content', 'k2', 'body.checked'), Buffer.concat([bytes, Buffer.from('zz')]));
        await truncate(at('content', 'k2', 'body.checked'), bytes.length - 3);
      },
      repair: 'Keep What Is Left',
      leaves: ['index.losses'],
      differs: /content\/k2\/|losses\.log/,
      undo,
    });
  });

  it('[P7] a text of no story is content.withoutStory', async () => {
    await clinic.shows({
      id: 'content.withoutStory',
      says: /lost9, once #9, in .*content is the text of a story that is not in the list/,
      make: async () => {
        await clinic.write(at('content', 'lost9', 'body.md'), 'A text');
        await clinic.write(at('content', 'lost9', 'number'), '9');
      },
      undo,
    });
  });

  it('[P7, S5] a number that cannot be read is content.numberUnreadable, and is written again', async () => {
    await clinic.shows({
      id: 'content.numberUnreadable',
      says: /The file beside the text of #1 is missing or damaged/,
      make: () => writeFile(at('content', 'k1', 'number'), '1 ffff'),
      repair: 'Write the Number Again',
    });
  });

  it('[P7] the folder in which a text is edited is no strange file', async () => {
    await mkdir(at('content', EDITS_FOLDER));
    assert.ok(!(await clinic.ids()).includes('content.stranger'));
  });

  it('[P7] a strange file among the texts is content.stranger', async () => {
    await clinic.shows({
      id: 'content.stranger',
      says: /notes\.txt is not one of the texts/,
      make: () => writeFile(at('content', 'notes.txt'), 'x'),
      undo,
    });
  });

  it('[P7, P3] a search index whose digest does not fit is shadow.damaged, and is built anew', async () => {
    await clinic.shows({
      id: 'shadow.damaged',
      says: /The digest beside .*shadow\.sqlite does not fit/,
      make: () => appendFile(at('shadow.sqlite'), 'x'),
      repair: 'Build It Anew',
      differs: /shadow\.sqlite/,
    });
  });

  it('[P7, P3] a search index that is gone is shadow.missing, and is built anew', async () => {
    const old = new Date(Date.now() - 3_600_000);
    await clinic.shows({
      id: 'shadow.missing',
      says: /shadow\.sqlite is not there/,
      make: async () => {
        await rm(at('shadow.sqlite'));
        await utimes(at('stories.log'), old, old);
      },
      repair: 'Build It Anew',
      differs: /shadow\.sqlite/,
    });
  });

  it('[P7] a merge journal that another version wrote is journal.foreign', async () => {
    await clinic.shows({
      id: 'journal.foreign',
      says: /jobs\.log was written by a later version/,
      make: async () => {
        await writeFile(at('jobs.log'), 'something else entirely, and longer than a header');
      },
      undo,
    });
  });

  it('[P7] a torn merge journal is journal.damaged', async () => {
    await clinic.shows({
      id: 'journal.damaged',
      says: /jobs\.log cannot be read from byte \d+/,
      make: async () => {
        await appendFile(at('jobs.log'), 'torn');
      },
      undo,
    });
  });

  it('[P7, MQ11] a record of gate runs that another version wrote is ledger.foreign', async () => {
    await clinic.shows({
      id: 'ledger.foreign',
      says: /runs\.log was written by a later version/,
      make: async () => {
        await writeFile(at('runs.log'), 'something else entirely, and longer than a header');
      },
      undo,
    });
  });

  it('[P7, MQ11] a record of gate runs that cannot be read to its end is ledger.damaged', async () => {
    await clinic.shows({
      id: 'ledger.damaged',
      says: /runs\.log cannot be read from byte \d+/,
      make: async () => {
        await writeFile(at('runs.log'), Buffer.concat([LOG_HEADER, Buffer.from('torn')]));
      },
      undo,
    });
  });

  it('[P7] records of another version in the merge journal are journal.unreadable', async () => {
    await clinic.shows({
      id: 'journal.unreadable',
      says: /1 record of .*jobs\.log cannot be read/,
      make: async () => {
        await appendFile(at('jobs.log'), frameRecord(Buffer.from('{"of":"tomorrow"}')));
      },
      undo,
    });
  });

  it('[P7] a landing of a story that is gone is journal.withoutStory, and can be ended', async () => {
    const job = jobAt('gating', { id: 'job-9', storyKey: 'gone', number: 9 });
    await clinic.shows({
      id: 'journal.withoutStory',
      says: /Landing job-9 of #9 stands at “gating”/,
      make: () => clinic.opened.jobs.append(job),
      repair: 'End This Landing',
      differs: /jobs\.log/,
    });
    assert.equal(clinic.opened.jobs.job('job-9')?.stopped?.kind, 'withdrawn');
  });
});

describe('Doctor with many stories', () => {
  it('[P7] it lets others have their turn again and again, and looks at every text', async () => {
    const clinic = await Clinic.open();
    try {
      for (let number = 1; number <= 400; number += 1) {
        const record = storyNumber(number);
        await clinic.opened.stories.create(record, 'Text', entryOf(record.key, { number }));
      }
      await clinic.opened.shadow.writeAnew();
      await rm(path.join(clinic.root, 'content', 'k399', 'body.checked'));
      let turns = 0;
      let isLooking = true;
      const count = (): void => {
        turns += 1;
        if (isLooking) setImmediate(count);
      };
      setImmediate(count);
      const { findings } = await clinic.examine();
      isLooking = false;
      assert.deepEqual(findings.map(({ id }) => id), ['content.bodyMissing']); // prettier-ignore
      // One for each batch of texts and of records, and for each rule; a look in one go would leave a few.
      assert.ok(turns > 100, `${turns} turns`);
    } finally {
      await clinic.close();
    }
  });
});
