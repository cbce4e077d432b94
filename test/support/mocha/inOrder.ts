/**
 * The tests of a suite are steps of one story: each stands on what those before it did. After one that failed the others
 * say so, instead of failing with whatever they stumble over first. Call it in the suite's own function.
 */
export function inOrder(suite: Mocha.Suite): void {
  suite.beforeAll('steps build on each other', () => {
    for (const step of suite.tests) {
      const run = step.fn;
      step.fn = function (this: Mocha.Context) {
        const failed = suite.tests.find((other) => other.isFailed());
        if (failed !== undefined) throw new Error(`Not tried: it builds on "${failed.title}", which failed.`);
        return (run as Mocha.AsyncFunc).call(this);
      };
    }
  });
}
