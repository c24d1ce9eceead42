// Judges who may include and import whom, and what no file may contain. Pure: files come in as text,
// problems go out, so that a test can plant every violation without touching the tree.
import { posix } from 'node:path';

/** @typedef {{ rule: string, message: string }} Finding */
/** @typedef {{ rule: string, path: string, message: string, toString: () => string }} Problem */
/** @typedef {{ path: string, text: string, has: (path: string) => boolean, read: (path: string) => string }} Source */
/** @typedef {{ name: string, about: (path: string) => boolean, judge: (source: Source) => string[] }} Rule */

const lineLimit = 400;

/** @param {string} text */
const includesOf = (text) =>
  [...text.matchAll(/^\s*#\s*include\s*([<"])([^>"]+)[>"]/gm)].map(([, mark, name]) => ({
    system: mark === '<',
    name: name ?? '',
  }));

/** @param {string} text */
const importsOf = (text) => {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g);
  return [...found].map(([, , name]) => name ?? '');
};

/** @param {string} name */
const isRelative = (name) => name.startsWith('.');

/**
 * The package a bare import names, with its scope.
 * @param {string} name
 */
const packageOf = (name) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * @param {Source} source
 * @param {string} manifest
 * @param {readonly string[]} sections
 */
const dependenciesOf = (source, manifest, sections) => {
  if (!source.has(manifest)) return [];
  const json = JSON.parse(source.read(manifest));
  return sections.flatMap((section) => Object.keys(json[section] ?? {}));
};

const isCpp = (/** @type {string} */ path) => /\.(cpp|hpp)$/.test(path);
const isScript = (/** @type {string} */ path) => /\.(ts|tsx|mts|js|mjs)$/.test(path);
const isGenerated = (/** @type {string} */ path) => path.includes('/generated/');

// What the package's build puts into react/'s own chunks, so that users do not install it.
const bundledIntoReact = ['@floating-ui/react'];

// What would give the core a clock, a thread, a file or a generator that nobody seeded.
const hostHeaders = new Set(
  'atomic condition_variable ctime filesystem fstream future iostream mutex random stop_token thread'.split(
    ' ',
  ),
);

// Spelled so that this file does not find itself.
const forbiddenText = [
  { pattern: /\b(?:TO[D]O|FIXM[E]|XX[X])\b/, why: 'is a note to self: do it, or say why not' },
  { pattern: /@ts-(?:igno[r]e|nochec[k])/, why: 'turns the type checker off' },
  {
    pattern: /registry\.(?:npm[j]s|yarn[p]kg|npm[m]irror)\.|deb\.debia[n]\.org/,
    why: 'names a package host: the machine decides which one serves it',
  },
  { pattern: /(?:^|[\s"'`(=])\/wor[k]\//m, why: 'is a path of one machine' },
];

/** The package's rooms from the ground up: each may import those before it. */
const rooms = [
  'generated',
  'wasm',
  'files',
  'engine',
  'load',
  'worker',
  'client',
  'live-query',
  'pending-sends',
  'offer',
  'index',
  'lean',
  'call-centre',
  'browser',
  'react',
  'tanstack-query',
  'test',
  'server',
];
const roomsBelow = new Map(rooms.map((room, floor) => [room, rooms.slice(0, floor)]));
// It shares a protocol with the rest of the package, and no line of code.
roomsBelow.set('server', []);

const serverRoom = 'js-bindings/src/server/';
/** What a folder of it may ask of whoever installs the package: the rest needs nothing but Node. */
const serverPeers = new Map([
  ['ws', ['ws']],
  ['oidc', ['jose']],
  ['prometheus', ['prom-client']],
  ['redis', ['redis']],
  ['cli', ['ws', 'jose', 'prom-client', 'redis']],
]);

/**
 * The folder below js-bindings/src, or the name of a file that lies there by itself.
 * @param {string} path
 */
const roomOf = (path) => (path.split('/')[2] ?? '').replace(/\.(ts|tsx|js)$/, '');

/** @type {readonly Rule[]} */
const rules = [
  {
    name: 'core includes only core and std',
    about: (path) => path.startsWith('wasm/core/') && isCpp(path),
    judge: ({ text, has }) =>
      includesOf(text)
        .filter(({ system, name }) => {
          if (!system) return name.includes('/') || !has(`wasm/core/${name}`);
          if (name.startsWith('nlohmann/')) return false; // the next rule's
          return !/^[a-z_0-9]+$/.test(name) || hostHeaders.has(name);
        })
        .map(({ name }) => `includes ${name}`),
  },
  {
    // The suites compare with it, and the module that judges payloads reads with it; in the other it
    // would be a third of all bytes.
    name: 'only frame_judge and tests include nlohmann/json',
    about: (path) =>
      isCpp(path) &&
      /^(wasm|toolchain)\//.test(path) &&
      !/^wasm\/core\/frame_judge\.(cpp|hpp)$/.test(path),
    judge: ({ text }) =>
      includesOf(text)
        .filter(({ name }) => name.startsWith('nlohmann/'))
        .map(({ name }) => `includes ${name}`),
  },
  {
    name: 'only wasm/browser includes Emscripten',
    about: (path) => isCpp(path) && !/^(wasm\/browser|toolchain\/floor)\//.test(path),
    judge: ({ text }) =>
      includesOf(text)
        .filter(({ name }) => /^emscripten(\/|\.h)/.test(name))
        .map(({ name }) => `includes ${name}`),
  },
  {
    name: 'rooms of the package import only rooms below them',
    about: (path) => path.startsWith('js-bindings/src/') && isScript(path),
    judge: ({ path, text }) => {
      const below = roomsBelow.get(roomOf(path));
      if (!below) return [`stands in a room that has no floor: ${roomOf(path)}`];
      return importsOf(text)
        .filter(isRelative)
        .map((name) => posix.join(posix.dirname(path), name))
        .filter((target) => roomOf(target) !== roomOf(path) && !below.includes(roomOf(target)))
        .map((target) => `imports ${target}`);
    },
  },
  {
    name: 'react/ needs its peers and nothing else',
    about: (path) => path.startsWith('js-bindings/src/react/') && isScript(path),
    judge: (source) => {
      const peers = dependenciesOf(source, 'js-bindings/package.json', ['peerDependencies']);
      const known = [...peers, ...bundledIntoReact];
      return importsOf(source.text)
        .filter((name) => !isRelative(name) && !known.includes(packageOf(name)))
        .map((name) => `imports ${name}`);
    },
  },
  {
    name: 'keepline itself needs nothing at run time',
    about: (path) =>
      path.startsWith('js-bindings/src/') &&
      !path.startsWith('js-bindings/src/react/') &&
      !path.startsWith(serverRoom) &&
      isScript(path),
    judge: ({ path, text }) =>
      importsOf(text)
        .filter((name) => {
          const target = posix.join(posix.dirname(path), name);
          return !isRelative(name) || !/^js-bindings\/(src|dist)\/(?!react\/)/.test(target);
        })
        .map((name) => `imports ${name}`),
  },
  {
    name: 'server/ needs Node, and each of its peers in one folder only',
    about: (path) => path.startsWith(serverRoom) && isScript(path),
    judge: ({ path, text }) => {
      const folder = path.slice(serverRoom.length).split('/')[0] ?? '';
      const own = serverPeers.get(folder) ?? [];
      return importsOf(text)
        .filter(
          (name) => !isRelative(name) && !/^node:/.test(name) && !own.includes(packageOf(name)),
        )
        .map((name) => `imports ${name}`);
    },
  },
  {
    name: 'web-demo imports the package by its name',
    about: (path) => path.startsWith('web-demo/') && isScript(path),
    judge: (source) => {
      const manifest = 'js-bindings/package.json';
      const exported = source.has(manifest)
        ? Object.keys(JSON.parse(source.read(manifest)).exports ?? {})
        : [];
      return importsOf(source.text)
        .filter((name) => {
          if (isRelative(name)) {
            return !posix.join(posix.dirname(source.path), name).startsWith('web-demo/');
          }
          return (
            packageOf(name) === 'keepline' && !exported.includes(name.replace('keepline', '.'))
          );
        })
        .map((name) => `imports ${name}`);
    },
  },
  {
    name: `files stay under ${lineLimit} lines`,
    about: (path) => /\.(cpp|hpp|ts|tsx|js|mjs|css|sh|cmake)$/.test(path) && !isGenerated(path),
    judge: ({ text }) => {
      const lines = text.split('\n').length - 1;
      return lines < lineLimit ? [] : [`has ${lines} lines`];
    },
  },
  {
    name: 'every C++ source is named in its CMakeLists.txt',
    about: (path) => path.endsWith('.cpp') && !path.startsWith('tests/package/'),
    judge: ({ path, has, read }) => {
      const lists = [];
      for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
        lists.push(`${folder}/CMakeLists.txt`);
      }
      lists.push('wasm/browser/CMakeLists.txt'); // where the floor of the size check is built
      const name = new RegExp(
        `(^|[\\s/"])${posix.basename(path).replaceAll('.', '\\.')}([\\s)"]|$)`,
      );
      const named = lists.some((list) => has(list) && name.test(read(list)));
      return named ? [] : ['is compiled by nobody'];
    },
  },
  {
    name: 'no notes to self, no switched-off checks, no hosts, no machine paths',
    about: (path) =>
      /\.(cpp|hpp|ts|tsx|js|mjs|css|html|md|json|yml|cmake|txt|sh|env)$/.test(path) ||
      /^(\.ci|toolchain)\/[a-z]+$/.test(path),
    judge: ({ text }) =>
      forbiddenText.flatMap(({ pattern, why }) => {
        const hit = pattern.exec(text);
        return hit
          ? [`line ${text.slice(0, hit.index).split('\n').length}: ${hit[0].trim()} ${why}`]
          : [];
      }),
  },
];

/**
 * Judges the project's files; each is read when a rule asks for it.
 * @param {ReadonlyMap<string, () => string>} files
 * @returns {{ rules: number, problems: Problem[] }}
 */
export function judgeLayers(files) {
  /** @type {Problem[]} */
  const problems = [];
  /** @type {Map<string, string>} */
  const texts = new Map();
  const read = (/** @type {string} */ path) => {
    const known = texts.get(path) ?? files.get(path)?.() ?? '';
    texts.set(path, known);
    return known;
  };
  const has = (/** @type {string} */ path) => files.has(path);
  for (const { name, about, judge } of rules) {
    for (const path of files.keys()) {
      if (!about(path)) continue;
      for (const message of judge({ path, text: read(path), has, read })) {
        problems.push({
          rule: name,
          path,
          message,
          toString: () => `${path}: ${message} (rule: ${name})`,
        });
      }
    }
  }
  return { rules: rules.length, problems };
}
