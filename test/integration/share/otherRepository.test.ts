import assert from 'node:assert/strict';
import { converged, Machine } from '../../support/share/machine';
import { TeamServer } from '../../support/share/teamServer';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { waitFor } from '../../support/waitFor';

const ROOT = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

describe('a board that has the stories of another repository', () => {
  const machines: Machine[] = [];
  let folder: TemporaryFolder;
  let server: TeamServer;

  before(async () => {
    folder = new TemporaryFolder();
    server = await TeamServer.start(folder.path);
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((one) => one.remove()));
  });

  const open = async (name: string, roots: () => readonly string[]): Promise<Machine> => {
    const machine = await new Machine(name, { roots }).open();
    machines.push(machine);
    await machine.create(`Of ${name}`);
    return machine;
  };
  const share = async (machine: Machine, board: string): Promise<void> => {
    const { kind, message } = await machine.sharing.start(server.url, board, machine.name);
    assert.equal(kind, 'done', message);
  };
  const meet = async (machine: Machine, board: string): Promise<void> => {
    await share(machine, board);
    await machine.connected();
  };

  it('[Y1] gives nothing and takes nothing, says why, and another name puts it right', async () => {
    const [app, web] = [await open('app', () => [ROOT]), await open('web', () => [OTHER])];
    await meet(app, 'one-name');
    const late = await open('late', () => [ROOT]);
    await meet(late, 'one-name');
    await converged([app, late]);
    assert.equal(late.stories.length, 2);
    const seen = new Set<string>();
    web.sharing.onDidChange(() => seen.add(web.sharing.state().connection));
    await share(web, 'one-name');
    await waitFor('web to say why', () => web.sharing.state().problem !== null);
    const { problem } = web.sharing.state();
    assert.match(problem?.message ?? '', /The board “one-name” has the stories of another repository, whose history begins with aaaaaaaa\. .*Share Stories… asks for another name\./); // prettier-ignore
    assert.ok(!seen.has('connected'), 'it is at no moment said to share');
    assert.deepEqual(web.stories.map(({ title }) => title), ['Of web']); // prettier-ignore
    await app.sharing.settled();
    assert.deepEqual(app.stories.map(({ title }) => title).sort(), ['Of app', 'Of late']); // prettier-ignore
    // It is found again when the machine starts again, for it is still told to share that board.
    await web.close();
    await web.open();
    await waitFor('web to say it again', () => web.sharing.state().problem !== null);
    assert.equal(web.stories.length, 1);
    await meet(web, 'another-name');
    assert.equal(web.sharing.state().problem, null);
    // One that shares already and is told a wrong name gives that board nothing either.
    await share(web, 'one-name');
    await waitFor('web to say it of a board that it changed to', () => web.sharing.state().problem !== null);
    await meet(app, 'one-name');
    await converged([app, late]);
    assert.equal(app.stories.length, 2);
  });

  it('[Y1] a clone that has not the whole history, and one whose history was written anew, share on', async () => {
    let roots = [ROOT];
    const [app, shallow] = [await open('app', () => roots), await open('shallow', () => [])];
    await meet(app, 'rewritten');
    await meet(shallow, 'rewritten');
    await converged([app, shallow]);
    assert.equal(shallow.stories.length, 2);
    roots = [OTHER];
    await app.close();
    await app.open();
    await app.connected();
    // What it says of itself is on the server once the others have what it made behind that.
    await app.sharing.settled();
    await app.create('Written anew');
    await converged([app, shallow]);
    const fresh = await open('fresh', () => [OTHER]);
    await meet(fresh, 'rewritten');
    await converged([app, shallow, fresh]);
    assert.equal(fresh.stories.length, 4);
  });
});
