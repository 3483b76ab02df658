import loose from 'node:assert'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runInNewContext } from 'node:vm'
import Backbone from 'backbone'
import _ from 'underscore'

/* Runs the tests of Backbone's models and collections, as the package exoskeleton ships them, against whatever classes stand in `Backbone`. */

const SUITE = join(dirname(createRequire(import.meta.url).resolve('exoskeleton/package.json')), 'test')
const FILES = ['environment.js', 'events.js', 'model.js', 'collection.js', 'sync.js']

type Body = (this: object) => void

interface Test {
  readonly name: string
  readonly body: Body
  readonly expected: number | undefined
  readonly isAsync: boolean
  readonly around: { readonly setup?: Body; readonly teardown?: Body }
}

/** The names of the tests, and why those that failed did. */
export async function runOwnSuite(classes: Readonly<Record<string, unknown>>): Promise<Map<string, string | undefined>> {
  const root = Backbone as unknown as Record<string, unknown>
  const replaced = Object.fromEntries(Object.keys(classes).map((name) => [name, root[name]]))
  Object.assign(root, classes)
  try {
    return await new Suite().run()
  } finally {
    Object.assign(root, replaced)
  }
}

/** As much of QUnit 1 as the suite uses. */
class Suite {
  private readonly tests: Test[] = []
  private readonly hooks: { start: Body; done: Body } = { start: () => undefined, done: () => undefined }
  private around: Test['around'] = {}
  private section = ''
  private assertions = 0
  private expected: number | undefined
  private resume = () => {}

  async run(): Promise<Map<string, string | undefined>> {
    for (const file of FILES) runInNewContext(readFileSync(join(SUITE, file), 'utf8'), this.globals(), { filename: file })
    const outcome = new Map<string, string | undefined>()
    for (const test of this.tests) outcome.set(`${test.name} (${outcome.size + 1})`, await this.runOne(test))
    return outcome
  }

  private async runOne({ body, expected, isAsync, around }: Test): Promise<string | undefined> {
    const environment = {}
    this.assertions = 0
    this.expected = expected
    try {
      this.hooks.start.call({ config: { current: { testEnvironment: environment } } })
      around.setup?.call(environment)
      const resumed = new Promise<void>((resolve) => (this.resume = resolve))
      body.call(environment)
      if (isAsync) await resumed
      assert.equal(this.assertions, this.expected ?? this.assertions, 'number of assertions')
      return undefined
    } catch (error) {
      return (error as Error).message
    } finally {
      around.teardown?.call(environment)
      this.hooks.done.call({})
    }
  }

  private globals(): object {
    const add = (isAsync: boolean) => (name: string, expected: number | Body, body?: Body) =>
      this.tests.push({
        name: `${this.section}: ${name}`,
        body: typeof expected === 'function' ? expected : body!,
        expected: typeof expected === 'number' ? expected : undefined,
        isAsync,
        around: this.around,
      })
    return {
      Backbone,
      _,
      console,
      window: { history: {} },
      // Objects of the suite are of its own realm, so that `instanceof` would tell them apart from ours.
      Object,
      Array,
      Error,
      Date,
      Function,
      setTimeout,
      QUnit: {
        testStart: (hook: Body) => (this.hooks.start = hook),
        testDone: (hook: Body) => (this.hooks.done = hook),
      },
      module: (name: string, around: Test['around'] = {}) => {
        this.section = name
        this.around = around
      },
      test: add(false),
      asyncTest: add(true),
      start: () => this.resume(),
      expect: (count: number) => (this.expected = count),
      ...this.assertionsOf(),
    }
  }

  private assertionsOf(): object {
    const counted =
      <P extends unknown[]>(check: (...parameters: P) => void) =>
      (...parameters: P) => {
        this.assertions++
        check(...parameters)
      }
    return {
      ok: counted((value: unknown, message?: string) => assert.ok(value, message ?? 'ok')),
      equal: counted((found: unknown, expected: unknown) => loose.equal(found, expected)),
      notEqual: counted((found: unknown, expected: unknown) => loose.notEqual(found, expected)),
      strictEqual: counted((found: unknown, expected: unknown) => assert.strictEqual(found, expected)),
      deepEqual: counted((found: unknown, expected: unknown) => assert.ok(_.isEqual(found, expected), 'deepEqual')),
      throws: counted((body: () => void) => assert.throws(body)),
      raises: counted((body: () => void) => assert.throws(body)),
    }
  }
}
