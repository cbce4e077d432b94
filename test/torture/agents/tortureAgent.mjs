// An agent that notes its beginning and end in the file named first, says numbered lines until the file named second is
// there, and commits then. Its prompt may say what it likes. With `acp` as the third it speaks the Agent Client Protocol.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { agent, methods, ndJsonStream } from '@agentclientprotocol/sdk';

const [record, release, transport] = process.argv.slice(2);
const story = Number(process.env['SWITCHYARD_STORY']);
const note = (what) => appendFileSync(record, `${JSON.stringify({ what, story, pid: process.pid })}\n`);

/** @param {(line: string) => Promise<unknown>} say */
async function work(say) {
  note('begins');
  let line = 0;
  for (; !existsSync(release); line += 1) {
    await say(`${story}: line ${line} ä🚋\n`);
    await pause((line * 7) % 30);
  }
  writeFileSync(`story-${story}.txt`, `${line} lines\n`);
  execFileSync('git', ['add', '-A']);
  execFileSync('git', ['commit', '-qm', `Work on #${story}`]);
  note('ends');
  await say(`${story}: all ${line} lines\n`);
}

function talk() {
  const sessionId = `session-${process.pid}`;
  const say = (client) => (text) =>
    client.notify(methods.client.session.update, {
      sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
    });
  const app = agent({ name: 'torture' })
    .onRequest(methods.agent.initialize, () => ({ protocolVersion: 1, agentCapabilities: {} }))
    .onRequest(methods.agent.session.new, () => ({ sessionId }))
    .onRequest(methods.agent.session.prompt, async ({ client }) => {
      await say(client)('\n'); // behind the name of who speaks
      await work(say(client));
      return { stopReason: 'end_turn' };
    });
  void app.connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin))).closed.then(() => process.exit(0)); // prettier-ignore
}

if (transport === 'acp') talk();
else await work((line) => new Promise((resolve) => process.stdout.write(line, resolve)));
