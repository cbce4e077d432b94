/**
 * What is logged as an error is a bug, or a fault that a test brought about on purpose. So an error that no test said it
 * expects fails that test, whatever its assertions found. Loaded by mocharc.json before every file.
 */
const unexpected: string[] = [];
const expected: RegExp[] = [];

/** To be called by every log that a test hands to the product. */
export function noteError(message: string): void {
  if (!expected.some((pattern) => pattern.test(message))) unexpected.push(message);
}

/** The running test brings about an error that says this. To be called before it happens. */
export function expectError(pattern: RegExp): void {
  expected.push(pattern);
}

/** A test that looks at an error has expected it. */
export function lookedAtError(message: string): void {
  const left = unexpected.filter((one) => one !== message);
  unexpected.splice(0, unexpected.length, ...left);
}

export const mochaHooks = {
  afterEach(): void {
    const told = unexpected.splice(0);
    expected.length = 0;
    if (told.length > 0) throw new Error(`Logged as errors, and no test expected it:\n${told.join('\n')}`);
  },
};
