import type { Scene } from './scene';

/**
 * A chain of up to `size` is proven by the gates of its last. Red: halved with what is known until its first red one is found;
 * what is ahead of it lands, it is out, and those behind it begin the next chain.
 */
export function landBatch(scene: Scene, size: number): void {
  let queue = Array.from({ length: scene.count }, (_, story) => story);

  const begin = (): void => {
    const chain = queue.slice(0, size);
    if (chain.length === 0) return;
    scene.prove(chain, chain.length, (verdict) => {
      if (verdict === 'green') end(chain, chain.length, null);
      else halve(chain, 0, chain.length);
    });
  };

  /** So many from the front are green, and so many are red. */
  const halve = (chain: readonly number[], green: number, red: number): void => {
    if (red - green === 1) return end(chain, green, chain[green] ?? null);
    const middle = Math.floor((green + red) / 2);
    scene.prove(chain.slice(0, middle), 0, (verdict) => {
      if (verdict === 'green') halve(chain, middle, red);
      else halve(chain, green, middle);
    });
  };

  const end = (chain: readonly number[], green: number, out: number | null): void => {
    const landing = chain.slice(0, green);
    if (out !== null) scene.drop(out, green);
    queue = queue.filter((story) => story !== out && !landing.includes(story));
    if (landing.length === 0) begin();
    else scene.land(landing, begin);
  };

  begin();
  scene.machine.run();
}
