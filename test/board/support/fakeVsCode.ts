/** What the tests can see of the page from outside. */
export interface BoardTest {
  readonly sent: unknown[];
  readonly complaints: string[];
  /** Whether the host answers when it is asked if it is there. */
  host: 'there' | 'gone';
  readonly pings: Set<unknown>;
  /** How many motions were started. */
  animations: number;
  /** The browser's own next frame: the tests' clock is set, and stands still. */
  frame(callback: () => void): void;
}

declare global {
  interface Window {
    boardTest: BoardTest;
  }
}

/**
 * Runs in the page before anything else, and gives it what VS Code would: the API, the theme and its own style sheet.
 * It has to stand alone, because it is sent to the page as text.
 */
export function fakeVsCode({ variables, bodyClass }: { variables: Record<string, string>; bodyClass: string }): void {
  const test: BoardTest = {
    sent: [],
    complaints: [],
    host: 'there',
    pings: new Set(),
    animations: 0,
    frame: window.requestAnimationFrame.bind(window),
  };
  const answerPing = ({ m, i }: { m?: string; i?: string }): void => {
    if (m !== 'ping' || test.host === 'gone') return;
    test.pings.add(i);
    window.postMessage({ t: 's', i, r: { kind: 'answered', value: {} } });
  };
  window.boardTest = test;
  let acquired = 0;
  const api = {
    postMessage: (message: unknown) => {
      test.sent.push(structuredClone(message));
      answerPing(message as { m?: string; i?: string });
    },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  };
  Object.assign(window, {
    acquireVsCodeApi: () => {
      acquired += 1;
      if (acquired > 1) throw new Error('An instance of the VS Code API has already been acquired');
      return api;
    },
  });
  window.addEventListener('error', (event) => test.complaints.push(event.message || 'a resource was not loaded'), true);
  window.addEventListener('unhandledrejection', (event) => test.complaints.push(String(event.reason)));
  document.addEventListener('securitypolicyviolation', (event) =>
    test.complaints.push(`${event.violatedDirective} forbids ${event.blockedURI} ${event.sample}`),
  );
  // oxlint-disable-next-line typescript/unbound-method -- called with its own element below
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...values) {
    test.animations += 1;
    return animate.apply(this, values);
  };
  const dress = (): void => {
    for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
    document.body.className = bodyClass;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('@layer vscode-default { body { padding: 0 20px; color: var(--vscode-editor-foreground); } }');
    document.adoptedStyleSheets = [sheet];
  };
  document.addEventListener('DOMContentLoaded', dress);
}
