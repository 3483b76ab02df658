// Names of members that only Rachis itself can mean, and what builds for pages shorten them to. They are declared `private`, `protected` or
// `@internal` in the layers that pages load, or by the machinery of the operators, and are nowhere the name of anything else: of no other property there,
// in no string, in no package.
// Members that never meet in one object share a short name: the fewer names there are, the better a bundle packs.
// The list is checked in, and held true by test/house/private-names.test.ts: a build needs no type checker, and a name that
// becomes public can't be shortened unnoticed.
//
//   node scripts/private-names.mjs     writes scripts/private-names.json anew
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import ts from 'typescript'
import { browserModules } from './browser-plugins.mjs'
import { entries, root } from './entries.mjs'

export const listFile = join(root, 'scripts/private-names.json')

/** Their classes are extended by users, whose members stand beside ours. */
const extendable = /^src\/backbone\/(node-collection|node-model|native-view|view)\.ts$/

/**
 * What these files declare is never told outside: it is part of no item, query or wire, no user makes or gets it, and no other copy of Rachis in the process
 * (which `turns.ts` speaks to) sees it. In the files of operators and roots this holds for what they don't export.
 */
const machinery =
  /^src\/streams\/internal\/(?!(accumulator|canonical|filter-\w+|parse-query|path|plain|sort-compiler|turns|value-order)\.ts$)/
const withSurface = /^src\/streams\/(operators\/[\w-]+|source)\.ts$/

/** What every page loads: names that it uses often are the shortest. */
const core = /^src\/streams\/(?!transports|testing)/

export async function privateNames() {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config
  const { fileNames, options } = ts.parseJsonConfigFileContent({ ...config, include: ['src/streams', 'src/backbone'] }, ts.sys, root)
  const program = ts.createProgram(fileNames, options)
  const checker = program.getTypeChecker()
  const sources = program.getSourceFiles().filter((source) => relative(root, source.fileName).startsWith('src/'))

  const uses = new Map()
  const others = new Set()
  /** The names of the members of each type, inherited ones too. */
  const types = []
  /** May be asked of an object that has no such member. */
  const optional = new Set()
  for (const source of sources) {
    const file = relative(root, source.fileName)
    const inReach = !extendable.test(file)
    const weight = core.test(file) ? 4 : 1
    visit(source, (node) => {
      if (ts.isStringLiteralLike(node)) others.add(node.text)
      if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isIntersectionTypeNode(node)) types.push(membersOf(node, checker))
      if ((ts.isClassElement(node) || ts.isTypeElement(node)) && node.questionToken) optional.add(node.name?.text)
      const used = propertyUse(node, checker)
      if (used === undefined) return
      const declarations = used.symbol?.declarations ?? []
      const hidden = declarations.length > 0 && declarations.every((declaration) => isHidden(declaration))
      if (!hidden || (declarations.includes(node.parent) && !inReach)) others.add(used.name)
      else uses.set(used.name, (uses.get(used.name) ?? 0) + weight)
    })
  }
  const outside = await namesInPackages()
  const names = [...uses.keys()].filter((name) => !others.has(name) && !outside.has(name))
  names.sort((a, b) => uses.get(b) - uses.get(a) || (a < b ? -1 : 1))
  return assign(names, types, optional, shortNames(others))
}

/** The short name of each: the first that none has which it may meet. */
function assign(names, types, optional, short) {
  const given = new Map()
  const letters = []
  for (const name of names) {
    const met = optional.has(name) ? names : types.filter((members) => members.has(name)).flatMap((members) => [...members])
    const taken = new Set([...met, ...optional].map((other) => given.get(other)))
    let place = 0
    while (taken.has((letters[place] ??= short.next().value))) place++
    given.set(name, letters[place])
  }
  return Object.fromEntries(given)
}

function membersOf(type, checker) {
  return new Set(
    checker
      .getTypeAtLocation(type)
      .getProperties()
      .map((property) => property.name),
  )
}

/** One letter, two letters, … without those that mean something; the letters that bundles are full of come first. */
function* shortNames(taken) {
  const letters = [...'etrnioasldcupmhfgybvwkxqjzETRNIOASLDCUPMHFGYBVWKXQJZ']
  for (let tails = ['']; ; tails = tails.flatMap((tail) => letters.map((letter) => letter + tail)))
    for (const tail of tails) for (const letter of letters) if (!taken.has(letter + tail)) yield letter + tail
}

function visit(node, see) {
  see(node)
  ts.forEachChild(node, (child) => {
    visit(child, see)
  })
}

/** The property that an identifier names, if it names one. */
function propertyUse(node, checker) {
  if (!ts.isIdentifier(node)) return undefined
  const { parent, text: name } = node
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
    if (parent.dotDotDotToken !== undefined || (parent.propertyName ?? parent.name) !== node) return undefined
    return { name, symbol: checker.getTypeAtLocation(parent.parent).getProperty(name) }
  }
  if (parent.name === node && ts.isObjectLiteralExpression(parent.parent))
    return { name, symbol: propertyMeant(parent.parent, name, checker) }
  const named = parent.name === node && (ts.isPropertyAccessExpression(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent))
  const parameter = ts.isParameter(parent) && parent.name === node && ts.isParameterPropertyDeclaration(parent, parent.parent)
  if (parameter) return { name, symbol: checker.getSymbolsOfParameterPropertyDeclaration(parent, name)[1] }
  if (named) return { name, symbol: inherited(parent, name, checker) ?? checker.getSymbolAtLocation(node) }
  return undefined
}

/** The property that one of an object literal, or of a pattern that is assigned to, stands for. */
function propertyMeant(object, name, checker) {
  const { parent } = object
  const isPattern = ts.isBinaryExpression(parent) && parent.left === object
  const type = isPattern ? checker.getTypeAtLocation(parent.right) : checker.getContextualType(object)
  return type && checker.getNonNullableType(type).getProperty(name)
}

/** The member of a base class, or of an interface, that a member of a class stands for. */
function inherited(member, name, checker) {
  const bases = ts.isClassElement(member) && ts.isClassLike(member.parent) ? (member.parent.heritageClauses ?? []) : []
  return bases
    .flatMap((clause) => clause.types.map((type) => checker.getTypeAtLocation(type).getProperty(name)))
    .find((symbol) => symbol !== undefined)
}

function isHidden(declaration) {
  const flags = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return (
    (ts.getCombinedModifierFlags(declaration) & flags) !== 0 ||
    ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal') ||
    isMachinery(ts.isParameter(declaration) ? declaration.parent.parent : declaration.parent)
  )
}

function isMachinery(owner) {
  if (!ts.isClassLike(owner) && !ts.isInterfaceDeclaration(owner)) return false
  const file = relative(root, owner.getSourceFile().fileName)
  const exported = (ts.getCombinedModifierFlags(owner) & ts.ModifierFlags.Export) !== 0
  return machinery.test(file) || (withSurface.test(file) && !exported)
}

/** Every name of a property, and every word in quotes, in the packages that are built in or may be bundled with us. */
async function namesInPackages() {
  const contents = entries
    .filter((entry) => entry.browser)
    .map(({ source }) => `export * from './${source}'`)
    .join('\n')
  const stdin = { contents, resolveDir: root, sourcefile: 'all.ts', loader: 'ts' }
  const modules = { ...browserModules(), external: ['rxjs-marbles', 'rxjs-marbles/*'] }
  const { metafile } = await build({
    ...modules,
    absWorkingDir: root,
    stdin,
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const files = Object.keys(metafile.inputs).filter((file) => file.startsWith('node_modules/'))
  return new Set(
    files.flatMap((file) => readFileSync(join(root, file), 'utf8').match(/(?<=\.)[\w$]+|[\w$]+(?=\s*:)|(?<=['"])[\w$]+(?=['"])/g) ?? []),
  )
}

if (process.argv[1] === import.meta.filename) writeFileSync(listFile, `${JSON.stringify(await privateNames(), undefined, 2)}\n`)
