import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { projectRoot } from '../projectRoot';
import { waitFor } from '../waitFor';
import type { Workbench } from '../workbench/workbench';
import { pictureInFewColours, type Frame, type Size } from './pictureInFewColours';

const IMAGES = path.join(projectRoot, 'docs', 'images');

/** A part of the window: an element, at most so many pixels of its height, and as much of what is around it. */
export interface Part {
  readonly of: string;
  readonly height?: number;
  readonly around?: number;
}

type Clip = NonNullable<NonNullable<Parameters<Page['screenshot']>[0]>['clip']>;

/** The whole window, or the part that a picture is about, once nothing moves in it. */
export async function inBothThemes(workbench: Workbench, name: string, part?: Part): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await workbench.setTheme(theme);
    await keep(workbench.page, `${name}-${theme}`, part);
  }
}

/** Nothing is behind what is shown next. */
export async function clearGround(workbench: Workbench): Promise<void> {
  await workbench.runCommand('View: Close All Editors');
  await away(workbench.page);
}

/** Nothing is under the mouse, and what fades has faded. */
export function away(page: Page): Promise<void> {
  return page.mouse.move(900, 896);
}

/** Writes a picture into the file. */
export async function keepFrames(name: string, frames: readonly Frame[], size: Size): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  await writeFile(path.join(IMAGES, `${name}.png`), pictureInFewColours(frames, size));
}

export interface Pixels extends Size {
  readonly pixels: Uint8Array;
}

/** What a screenshot shows, as the browser that took it reads it; on an empty page, because VS Code's own loads nothing. */
export async function pixelsOf(page: Page, png: Buffer): Promise<Pixels> {
  const empty = await page.context().newPage();
  const { text, width, height } = await empty.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const drawing = new OffscreenCanvas(image.width, image.height).getContext('2d');
    if (drawing === null) throw new Error('This browser does not draw.');
    drawing.drawImage(image, 0, 0);
    const pixels = drawing.getImageData(0, 0, image.width, image.height).data;
    let bytes = '';
    for (let at = 0; at < pixels.length; at += 0x8000)
      bytes += String.fromCharCode(...pixels.subarray(at, at + 0x8000));
    return { text: btoa(bytes), width: image.width, height: image.height };
  }, png.toString('base64'));
  await empty.close();
  return { pixels: new Uint8Array(Buffer.from(text, 'base64')), width, height };
}

async function keep(page: Page, name: string, part?: Part): Promise<void> {
  await away(page);
  await page.locator('.monaco-hover >> visible=true').first().waitFor({ state: 'hidden' });
  const clip = part === undefined ? {} : { clip: await placeOf(page, part) };
  let last: Buffer | null = null;
  const shot = await waitFor(
    `a picture of ${name} on which nothing moves`,
    async () => {
      const now = await page.screenshot({ animations: 'disabled', ...clip });
      const isStill = last?.equals(now) ?? false;
      last = now;
      return isStill ? now : undefined;
    },
    { seen: () => Date.now() },
  );
  const { pixels, ...size } = await pixelsOf(page, shot);
  await keepFrames(name, [{ pixels, ms: 0 }], size);
}

async function placeOf(page: Page, { of, height, around = 0 }: Part): Promise<Clip> {
  const box = await page.locator(of).first().boundingBox();
  if (box === null) throw new Error(`${of} is not shown`);
  const [x, y] = [Math.max(0, box.x - around), Math.max(0, box.y - around)];
  return { x, y, width: box.width + 2 * around, height: Math.min(height ?? Infinity, box.height + 2 * around) };
}
