import type { Stage } from '../../../../src/core/story/stage';
import type { StoryRecord } from '../../../../src/core/story/story';
import { StoryDocument } from '../../../../src/store/index/storyDocument';
import { frameRecord, LOG_HEADER } from '../../../../src/store/log/recordFormat';
import { entryOf, KeptLog } from '../../../unit/store/storeFixtures';

/** A log as the first version wrote it: a story that is created and then goes through these stages. */
export function log(story: StoryRecord, stages: readonly Stage[]): Buffer {
  const document = new StoryDocument(new KeptLog());
  const records = [story.stage, ...stages].map((stage, at) => {
    const time = new Date(Date.parse(story.updatedAt) + at * 1000).toISOString();
    const { name, ...evidence } = stage;
    const line = { ...entryOf(story.key), sequence: at + 1, at: time, to: name, evidence: JSON.stringify(evidence) };
    return record(line, document.put({ ...story, stage, stageAt: time, updatedAt: time }));
  });
  return Buffer.concat([LOG_HEADER, ...records.map(frameRecord)]);
}

function record(entry: object, update: Uint8Array): Buffer {
  const meta = Buffer.from(JSON.stringify({ v: 1, entry }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(meta.length);
  return Buffer.concat([length, meta, update]);
}
