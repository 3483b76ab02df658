import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { embedded } from '../../../src/server/embedded/index.js'

/** A Mongoose of its own on the embedded driver, connected; in memory unless a folder is named. */
export async function connected(uri = 'embedded:', options: mongoose.ConnectOptions = {}): Promise<mongoose.Mongoose> {
  const own = new mongoose.Mongoose()
  ;(own.setDriver as (driver: unknown) => void)(embedded)
  await own.connect(uri, options)
  return own
}

/** Runs `body` with a new folder and removes it afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rachis-test-'))
  try {
    return await body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  return promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: unknown) => error as Error & Record<string, unknown>,
  )
}
