import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { agentSide, serverSide } from '../../../src/protocol/agentMessages';
import { entrySchema, GREETING } from '../../../src/protocol/greeting';
import type { Schema, Side } from '../../../src/protocol/messageHandler';
import { followerSide, leaderSide } from '../../../src/protocol/windowMessages';

/** What windows and agents of the version that is greeted with say to each other. */
const KNOWN = { version: 2, messages: '15f3354d3a841d60' };

describe('The version that windows greet each other with', () => {
  it('[P5] is that of the messages: who changes one decides whether a window of the version before could misunderstand it', () => {
    const messages = createHash('sha256')
      .update(JSON.stringify([entrySchema, ...[leaderSide, followerSide, agentSide, serverSide].flatMap(schemasOf)].map(shape)))
      .digest('hex')
      .slice(0, 16);
    assert.deepEqual(
      { version: GREETING.switchyard, messages },
      KNOWN,
      'A message between windows, or with an agent, is another now. Raise VERSION in src/protocol/greeting.ts unless each side reads the other’s of before as it was meant, and then write down here what is seen.',
    );
  }); // prettier-ignore
});

function schemasOf({ requests, notifications }: Side): readonly Schema[] {
  return [...Object.values(requests).flatMap(({ asks, gives }) => [asks, gives]), ...Object.values(notifications)];
}

function shape(schema: Schema): unknown {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
}
