/** Another process goes on with the run: nothing is to be made of it here. */
export class RunLeft extends Error {
  constructor() {
    super('The run goes on without this window.');
  }
}
