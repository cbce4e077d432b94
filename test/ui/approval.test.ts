import assert from 'node:assert/strict';
import { inOrder } from '../support/mocha/inOrder';
import { makeSampleRepository } from '../support/sampleProject';
import { TemporaryFolder } from '../support/temporaryFolder';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { testGate } from './support/settings';
import { Stories } from './support/stories';

const UNHEARD = 'does not see your approval';

describe('A repository in two VS Codes that keep approvals apart', function () {
  inOrder(this);
  const home = new TemporaryFolder();
  let leader: Workbench;
  let follower: Workbench;
  let led: Stories;
  let followed: Stories;

  before(async () => {
    const { folder } = await makeSampleRepository(home.at('greeter'));
    leader = await openWorkbench({ folder, settings: testGate });
    led = new Stories(leader, folder);
    await led.open();
    await led.create({ title: 'Greet in Welsh' });
    follower = await openWorkbench({ folder, settings: testGate });
    followed = new Stories(follower, folder);
    await follower.extensionHost.waitForActivation('switchyard.switchyard');
    await follower.openActivity('Switchyard');
    await followed.tree.waitForRow('#1 Greet in Welsh');
  });
  after(async () => {
    await follower.close();
    await leader.close();
    home.remove();
  });

  it('[A11, P5] an approval that the leader cannot see is said to be unseen, each time', async () => {
    assert.match(await followed.approve(), /node --test/);
    await follower.notifications.waitFor(UNHEARD);
    await follower.screenshot('approval-unheard');
    await follower.runCommand('Notifications: Clear All Notifications');
    await followed.command('Review Commands…');
    await follower.notifications.waitFor(UNHEARD);
  });

  it('[A11, P5] given in the window that leads, whose question stood all the time, it counts in both', async () => {
    await follower.runCommand('Notifications: Clear All Notifications');
    await led.approve();
    await followed.command('Review Commands…');
    await follower.notifications.waitFor('You have approved the commands');
  });
});
