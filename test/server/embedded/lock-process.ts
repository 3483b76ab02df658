import { lockFolder } from '../../../src/server/embedded/folder-lock.js'

/* Locks a folder, says so or why not, and lives as long as its input stays open. */
try {
  await lockFolder(process.argv[2]!)
  console.log('held')
} catch (error) {
  console.log((error as Error).message)
}
process.stdin.resume()
