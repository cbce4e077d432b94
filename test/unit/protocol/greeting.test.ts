import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { agentSide, serverSide } from '../../../src/protocol/agentMessages';
import { entrySchema, GREETING } from '../../../src/protocol/greeting';
import type { Schema, Side } from '../../../src/protocol/messageHandler';
import { followerSide, leaderSide } from '../../../src/protocol/windowMessages';

/** What windows and agents of the version that is greeted with say to each other. */
const KNOWN = { version: 5, messages: 'aec56a8ed87356d4' };
/** Likewise an agent's server and the window that leads. */
const KNOWN_TO_AGENTS = { version: 1, messages: '3286fd0799692f25' };

describe('The version that windows greet each other with', () => {
  it('[P5] is that of the messages: who changes one decides whether a window of the version before could misunderstand it', () => {
    const messages = hashOf([entrySchema, ...[leaderSide, followerSide, agentSide, serverSide].flatMap(schemasOf)]);
    assert.deepEqual(
      { version: GREETING.switchyard, messages },
      KNOWN,
      'A message between windows, or with an agent, is another now. Raise VERSION in src/protocol/greeting.ts unless each side reads the other’s of before as it was meant, and then write down here what is seen.',
    );
  });

  it('[A10] has one of its own for agents, whose servers run on while Switchyard is updated', () => {
    assert.deepEqual(
      { version: GREETING.agents, messages: hashOf([entrySchema, ...[agentSide, serverSide].flatMap(schemasOf)]) },
      KNOWN_TO_AGENTS,
      'A message between an agent’s server and the window is another now. Raise AGENT_VERSION in src/protocol/greeting.ts unless each side reads the other’s of before as it was meant, and then write down here what is seen.',
    );
  });
});

function hashOf(schemas: readonly Schema[]): string {
  return createHash('sha256')
    .update(JSON.stringify(schemas.map(shape)))
    .digest('hex')
    .slice(0, 16);
}

function schemasOf({ requests, notifications }: Side): readonly Schema[] {
  return [...Object.values(requests).flatMap(({ asks, gives }) => [asks, gives]), ...Object.values(notifications)];
}

function shape(schema: Schema): unknown {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
}
