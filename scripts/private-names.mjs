// The short names that members get in builds for pages. It concerns members that only Rachis itself can mean: `private`, `protected` or `@internal` ones in
// the layers that pages load, and those that the machinery of the operators declares. They are renamed where they stand, found by their declarations, so
// that a field of an item of the same name stays what it is. Members that never meet in one object share a short name: the fewer names there are, the
// better a bundle packs. That nothing is renamed by halves is for the type checker to say: test/house/private-names.test.ts shows it the renamed sources.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { entries, root } from './entries.mjs'

const layers = ['src/streams', 'src/backbone']

/** Their classes are extended by users, whose members stand beside ours. */
const extendable = /^src\/backbone\/(node-collection|node-model|native-view|view)\.ts$/

/** Two copies of Rachis in one process speak to each other by the names that the interfaces here declare, whatever object has them. */
const between = /^src\/streams\/internal\/(depth|turns)\.ts$/

/**
 * What these files declare is never told outside: it is part of no item, query or wire, and no user makes or gets it. In the files of operators and roots
 * this holds for what they don't export.
 */
const machinery =
  /^src\/streams\/internal\/(?!(accumulator|canonical|depth|filter-\w+|parse-query|path|plain|sort-compiler|turns|value-order)\.ts$)/
const plumbing =
  /^src\/(backbone\/(attributes|blocks|collection-root|commit|folder|gate|layout|node-view|own-order|plain-calls|ranking|rows|sync-writes)|streams\/transports\/(outbox|query-feeds|replica|status|dnode\/(connection|lifeline|lines|node|session|subscriptions)))\.ts$/
const withSurface = /^src\/streams\/(operators\/[\w-]+|source)\.ts$/

/** What every page loads: names that it uses often are the shortest. */
const core = /^src\/streams\/(?!transports|testing)/

/**
 * For each file the places to be written anew, `[start, end, text]`, the last first; and all names, each with its short one. Remembered from build to build
 * as long as no source changes.
 */
export function privateNames() {
  const sources = [import.meta.filename, ...layers.flatMap((layer) => filesIn(layer))]
  const hash = createHash('sha256')
  for (const file of sources) hash.update(file).update(readFileSync(join(root, relative(root, file))))
  const version = hash.digest('hex')
  const memory = join(root, 'node_modules/.cache/rachis/private-names.json')
  const known = existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : undefined
  if (known?.version === version) return known
  const found = { version, ...findNames() }
  mkdirSync(dirname(memory), { recursive: true })
  // Other builds may read it at the same time.
  const draft = `${memory}.${process.pid}`
  writeFileSync(draft, JSON.stringify(found))
  renameSync(draft, memory)
  return found
}

/** The text of a source file with the short names. */
export function renamed(text, edits = []) {
  return edits.reduce((result, [start, end, name]) => result.slice(0, start) + name + result.slice(end), text)
}

/** What the type checker says against the renamed sources. */
export function typeErrors() {
  const { edits } = privateNames()
  const { fileNames, options } = configuration()
  const host = ts.createCompilerHost(options)
  const { readFile } = host
  host.readFile = (file) => {
    const text = readFile(file)
    return text && renamed(text, edits[relative(root, file)])
  }
  const program = ts.createProgram(fileNames, { ...options, noEmit: true }, host)
  const diagnostics = ts.getPreEmitDiagnostics(program)
  return diagnostics.map(({ file, start, messageText }) => {
    const place = file && `${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}`
    return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}

function configuration() {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config
  return ts.parseJsonConfigFileContent({ ...config, include: layers }, ts.sys, root)
}

function filesIn(folder) {
  const files = readdirSync(join(root, folder), { recursive: true }).filter((file) => file.endsWith('.ts'))
  return files.map((file) => join(folder, file)).sort()
}

function findNames() {
  const { fileNames, options } = configuration()
  const program = ts.createProgram(fileNames, options)
  const checker = program.getTypeChecker()
  const sources = program.getSourceFiles().filter((source) => relative(root, source.fileName).startsWith('src/'))
  const isHidden = hiddenMembers(sources, checker, publicTypes(program, checker))

  const found = []
  const uses = new Map()
  const others = new Set()
  /** The names of the members of each type, inherited ones too. */
  const types = []
  for (const source of sources) {
    const file = relative(root, source.fileName)
    visit(source, (node) => {
      if (ts.isStringLiteralLike(node)) others.add(node.text)
      if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isIntersectionTypeNode(node)) types.push(membersOf(node, checker))
      const used = propertyUse(node, checker)
      if (used === undefined) return
      const declarations = used.symbol?.declarations ?? []
      if (declarations.length > 0 && declarations.every(isHidden)) {
        uses.set(used.name, (uses.get(used.name) ?? 0) + (core.test(file) ? 4 : 1))
        found.push({ file, source, node })
      } else others.add(used.name)
    })
  }
  const names = [...uses.keys()].sort((a, b) => uses.get(b) - uses.get(a) || (a < b ? -1 : 1))
  const short = assign(names, types, shortNames(others))
  const edits = {}
  for (const { file, source, node } of found) (edits[file] ??= []).push(...editsAt(node, short.get(node.text), source, checker))
  for (const places of Object.values(edits)) places.sort((a, b) => b[0] - a[0])
  return { names: Object.fromEntries(short), edits }
}

/** The short name of each: the first that none has which it may meet. */
function assign(names, types, short) {
  const given = new Map()
  const letters = []
  for (const name of names) {
    const met = types.filter((members) => members.has(name)).flatMap((members) => [...members])
    const taken = new Set(met.map((other) => given.get(other)))
    let place = 0
    while (taken.has((letters[place] ??= short.next().value))) place++
    given.set(name, letters[place])
  }
  return given
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

function membersOf(type, checker) {
  return new Set(
    checker
      .getTypeAtLocation(type)
      .getProperties()
      .map((property) => property.name),
  )
}

/** What is to be written for a member's name: where a variable has that name too, it keeps it; but a parameter that is a member has one name. */
function editsAt(node, short, source, checker) {
  const { parent, text } = node
  const place = (at, name) => [at.getStart(source), at.getEnd(), name]
  if (ts.isShorthandPropertyAssignment(parent) || (ts.isBindingElement(parent) && parent.propertyName === undefined))
    return [place(node, `${short}: ${text}`)]
  if (!ts.isParameter(parent)) return [place(node, short)]
  const [parameter] = checker.getSymbolsOfParameterPropertyDeclaration(parent, text)
  const edits = [place(node, short)]
  visit(parent.parent, (other) => {
    if (!ts.isIdentifier(other) || other === node) return
    if (ts.isShorthandPropertyAssignment(other.parent)) {
      if (checker.getShorthandAssignmentValueSymbol(other.parent) === parameter) edits.push(place(other, `${text}: ${short}`))
    } else if (checker.getSymbolAtLocation(other) === parameter) edits.push(place(other, short))
  })
  return edits
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
  return named ? { name, symbol: checker.getSymbolAtLocation(node) } : undefined
}

/** The property that one of an object literal, or of a pattern that is assigned to, stands for. */
function propertyMeant(object, name, checker) {
  const { parent } = object
  const isPattern = ts.isBinaryExpression(parent) && parent.left === object
  const type = isPattern ? checker.getTypeAtLocation(parent.right) : checker.getContextualType(object)
  return type && checker.getNonNullableType(type).getProperty(name)
}

/** The classes and interfaces that users meet: what the entries export, and what its signatures speak of; an interface that stands for one of them says `@public`. */
function publicTypes(program, checker) {
  const met = new Set()
  for (const { source } of entries.filter(({ browser }) => browser)) {
    const entry = program.getSourceFile(join(root, source))
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(entry))) meet(symbol)
  }
  return met

  function meet(symbol) {
    const meant = symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol
    for (const declaration of meant?.declarations ?? []) {
      if (met.has(declaration)) continue
      met.add(declaration)
      lookAt(declaration)
    }
  }

  function lookAt(node) {
    const flags = ts.canHaveModifiers(node) ? ts.getCombinedModifierFlags(node) : 0
    if (ts.isBlock(node) || (flags & ts.ModifierFlags.Private) !== 0) return
    if (ts.isTypeReferenceNode(node)) meet(checker.getSymbolAtLocation(node.typeName))
    if (ts.isExpressionWithTypeArguments(node)) meet(checker.getSymbolAtLocation(node.expression))
    ts.forEachChild(node, lookAt)
  }
}

/**
 * Which declarations of members are hidden: those whose first declarations, in base classes and interfaces, are, and those of every member that is one
 * with them in some class.
 */
function hiddenMembers(sources, checker, surface) {
  const bases = new Map()
  const spoken = new Set()
  for (const source of sources) {
    visit(source, (node) => {
      const owner = ts.isStringLiteral(node) ? ownerNamed(node) : undefined
      if (owner !== undefined) {
        const type = checker.getTypeAtLocation(owner)
        for (const part of type.isUnion() ? type.types : [type])
          for (const declaration of part.getProperty(node.text)?.declarations ?? []) spoken.add(declaration)
      }
      if (!ts.isClassLike(node) && !ts.isInterfaceDeclaration(node)) return
      if (ts.isInterfaceDeclaration(node) && between.test(relative(root, source.fileName)))
        for (const name of membersOf(node, checker)) spoken.add(name)
      const above = (node.heritageClauses ?? []).flatMap((clause) => clause.types.map((type) => checker.getTypeAtLocation(type)))
      for (const { declarations, name } of above.length > 0 ? checker.getTypeAtLocation(node).getProperties() : [])
        for (const type of above) {
          const inherited = type.getProperty(name)?.declarations ?? []
          const own = (declarations ?? []).filter((declaration) => !inherited.includes(declaration))
          for (const declaration of own) for (const base of inherited) link(declaration, base)
        }
    })
  }
  const known = new Map()
  return (declaration) => {
    if (!known.has(declaration)) {
      const family = new Set([declaration])
      for (const member of family) for (const { to } of bases.get(member) ?? []) family.add(to)
      const hidden = [...family].every(
        (member) =>
          !spoken.has(member) &&
          !spoken.has(member.name?.text) &&
          ((bases.get(member) ?? []).some(({ up }) => up) || isDeclaredHidden(member, surface)),
      )
      for (const member of family) known.set(member, hidden)
    }
    return known.get(declaration)
  }

  function link(member, base) {
    for (const [from, to, up] of [
      [member, base, true],
      [base, member, false],
    ])
      bases.set(from, [...(bases.get(from) ?? []), { to, up }])
  }
}

/** What has the member that a text names, as in `'a' in b`, `Pick<T, 'a'>` and `T['a']`. */
function ownerNamed(text) {
  const { parent } = text
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InKeyword ? parent.right : undefined
  if (!ts.isLiteralTypeNode(parent)) return undefined
  const user = ts.isUnionTypeNode(parent.parent) ? parent.parent.parent : parent.parent
  if (ts.isIndexedAccessTypeNode(user)) return user.objectType
  return ts.isTypeReferenceNode(user) && /^(Pick|Omit)$/.test(user.typeName.getText()) ? user.typeArguments[0] : undefined
}

function isDeclaredHidden(declaration, surface) {
  const owner = ts.isParameter(declaration) ? declaration.parent.parent : declaration.parent
  const file = relative(root, declaration.getSourceFile().fileName)
  if (!layers.some((layer) => file.startsWith(`${layer}/`)) || extendable.test(file)) return false
  // The type checker doesn't miss it where it is called by another name.
  if (ts.isInterfaceDeclaration(owner) && declaration.questionToken !== undefined) return false
  const flags = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return (
    (ts.getCombinedModifierFlags(declaration) & flags) !== 0 ||
    ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal') ||
    (!surface.has(owner) && isMachinery(owner, file))
  )
}

function isMachinery(owner, file) {
  if (!ts.isClassLike(owner) && !ts.isInterfaceDeclaration(owner)) return false
  if (ts.getJSDocTags(owner).some((tag) => tag.tagName.text === 'public')) return false
  const exported = (ts.getCombinedModifierFlags(owner) & ts.ModifierFlags.Export) !== 0
  return machinery.test(file) || plumbing.test(file) || (withSurface.test(file) && !exported)
}
