import type Mocha from "mocha";
import { takeAssertionCount } from "./assert.ts";

/** Mocha root hooks: a test that passed without a single assertion fails, because it proved nothing. */
export const mochaHooks: Mocha.RootHookObject = {
  beforeEach() {
    takeAssertionCount();
  },
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state === "passed" && takeAssertionCount() === 0) {
      const title = this.currentTest.fullTitle();
      throw new Error(`"${title}" ran no assertion. Await what you assert, with assert of @genai/testing.`);
    }
  },
};
