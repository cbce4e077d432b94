import * as Y from 'yjs';
import { encodeStory } from '../../src/core/sharing/sharedStory';
import { freshRecord } from '../../src/core/story/freshRecord';

export const BODY = 'As a user I want to.\n\n- [ ] it works\n- [ ] it is tested\n';

export const keyOf = (number: number): string => `story-${number}`;

export function recordOf(number: number) {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
  const [title, criteria] = [`Story ${number}`, { done: 0, total: 2 }];
  return freshRecord({ key: keyOf(number), number, type: 'story', title, criteria, at });
}

/** Puts so many stories with their texts into a document, as machines share them. */
export function fillBoard(doc: Y.Doc, stories: number): void {
  doc.transact(() => {
    for (let number = 1; number <= stories; number += 1) {
      const record = recordOf(number);
      const naming = { keyOf: () => undefined, numberOf: () => undefined };
      const shared = encodeStory(record, { machine: 'm', name: 'n' }, naming);
      doc.getMap('stories').set(record.key, new Y.Map(Object.entries(shared)));
      doc.getMap('bodies').set(record.key, new Y.Text(BODY));
    }
  });
}
