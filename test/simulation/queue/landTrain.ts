import type { Scene } from './scene';

interface Member {
  readonly story: number;
  verdict: 'pending' | 'green' | 'red';
  takeBack: () => void;
}

/**
 * Up to `size` candidates are tested side by side, each on those before it. A red one is out once nothing ahead of it is
 * unknown and none behind it, which contains it, is green; those behind it are built anew. `size` 1 is one at a time.
 */
export function landTrain(scene: Scene, size: number): void {
  const members: Member[] = [];
  let next = 0;
  let isLanding = false;

  const begin = (member: Member): void => {
    member.takeBack();
    member.verdict = 'pending';
    const ahead = members.slice(0, members.indexOf(member)).map(({ story }) => story);
    member.takeBack = scene.prove([...ahead, member.story], 1, (verdict) => {
      member.verdict = verdict;
      settle();
    });
  };

  const fill = (): void => {
    while (members.length < size && next < scene.count) {
      const member: Member = { story: next, verdict: 'pending', takeBack: () => undefined };
      next += 1;
      members.push(member);
      begin(member);
    }
  };

  const settle = (): void => {
    const unproven = members.findIndex(({ verdict }) => verdict !== 'green');
    const member = members[unproven];
    if (member?.verdict === 'red') {
      const behind = members.slice(unproven + 1);
      if (behind.some(({ verdict }) => verdict === 'green')) {
        member.verdict = 'green';
        return settle();
      }
      members.splice(unproven, 1);
      scene.drop(member.story, unproven);
      for (const one of behind) begin(one);
      fill();
    }
    landNext();
  };

  const landNext = (): void => {
    const [head] = members;
    if (head?.verdict !== 'green' || isLanding) return;
    isLanding = true;
    scene.land([head.story], () => {
      isLanding = false;
      members.shift();
      fill();
      settle();
    });
  };

  fill();
  scene.machine.run();
}
