import { randomInt } from 'node:crypto'
import fc from 'fast-check'

const given = process.env['RACHIS_SEED']

/**
 * What random tests start from: another one in each run, which a failure prints, or the one that `RACHIS_SEED` names. With `CI=true` it is one and the same,
 * so that a change is judged by what it changed; `npm run soak` looks for what other seeds find.
 */
export const seed = given !== undefined ? Number(given) : process.env['CI'] === 'true' ? 20_261_122 : randomInt(2 ** 31)

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
