import assert from 'node:assert/strict'
import { NodeCollection, NodeModel } from '../../src/backbone/index.js'
import { runOwnSuite } from './own-suite.js'

/* The suite is that of Backbone 1.1: of its 235 tests five don't pass with Backbone 1.6 itself. */
const PASS_WITH_BACKBONE = 230

describe("Backbone's own suite", () => {
  it("passes with our classes in the place of Backbone's wherever it passes with Backbone's", async () => {
    const passed = [...(await runOwnSuite({}))].filter(([, failure]) => failure === undefined).map(([name]) => name)
    assert.equal(passed.length, PASS_WITH_BACKBONE)
    const outcome = await runOwnSuite({ Model: NodeModel, Collection: NodeCollection })
    for (const name of passed) assert.equal(outcome.get(name), undefined, name)
  })
})
