/** The spawner's program: a small process that starts others, because starting one costs by the memory of who starts it. */
import { directStarter } from '../directStarter';
import type { FromSpawner, Told, ToSpawner } from './messages';
import { Relay } from './relay';

let waiting: { readonly message: FromSpawner; readonly sent: () => void }[] = [];

const send = (message: FromSpawner, sent: () => void): void => {
  waiting.push({ message, sent });
  if (waiting.length === 1) setImmediate(tell);
};

function tell(): void {
  const some = waiting;
  waiting = [];
  const told: Told = some.map(({ message }) => message);
  // After the host has gone there is nobody to tell, and this process ends on its own account.
  if (process.connected) process.send?.(told, undefined, undefined, () => some.forEach(({ sent }) => sent()));
}

const relay = new Relay(directStarter, send);

/** Another one becomes the parent of what outlives its own, but on Windows. */
const host = process.ppid;
process.on('message', (message) => {
  // What was asked by a host that is gone by now, as by one killed while this process stood still, nobody wants any more.
  if (process.ppid === host) relay.receive(message as ToSpawner);
});
// What it had started is answered for by the records of runs, as after a host that was killed.
process.on('disconnect', () => process.exit(0));
// The host decides when to end, also where a terminal tells the whole group to.
process.on('SIGINT', () => undefined);
send({ kind: 'ready' }, () => undefined);
