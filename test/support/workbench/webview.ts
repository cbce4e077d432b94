import type { Frame, Page } from 'playwright-core';
import { waitFor } from '../waitFor';

/**
 * The document that an extension put into a webview, found by the webview's title.
 * VS Code keeps it in a frame within a frame, and makes a new one whenever the webview is shown again.
 */
export async function findWebviewFrame(page: Page, title: string): Promise<Frame> {
  const frame = await waitFor(
    `the webview "${title}"`,
    async () => (await webviews(page)).find((webview) => webview.title === title)?.frame,
    { seen: async () => (await webviews(page)).map((webview) => webview.title) },
  );
  await frame.waitForLoadState('load');
  return frame;
}

async function webviews(page: Page): Promise<{ title: string; frame: Frame }[]> {
  const found = await Promise.all(
    page.frames().map(async (frame) => {
      if (frame.parentFrame() === null) return [];
      const element = await frame.frameElement();
      if ((await element.getAttribute('id')) !== 'active-frame') return [];
      return [{ title: (await element.getAttribute('title')) ?? '', frame }];
    }),
  );
  return found.flat();
}
