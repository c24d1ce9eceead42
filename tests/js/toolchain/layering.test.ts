// Plants every violation once: a check that never fails is none.
import { describe, expect, it } from 'vitest';
import { judgeLayers } from '../../../toolchain/layering.mjs';

const manifest = JSON.stringify({
  exports: { '.': {}, './react': {}, './react/style.css': '' },
  dependencies: { '@floating-ui/react': '1' },
  peerDependencies: { react: '>=18' },
});

/** A small tree in which everything is right. */
const sound = {
  'js-bindings/package.json': manifest,
  'js-bindings/src/index.ts': "export { createStore } from './client/store.js';\n",
  'js-bindings/src/react/hooks.ts':
    "import { useState } from 'react';\nimport type { Status } from '../client/types.js';\nimport { arrow } from './arrow.js';\nimport { flip } from '@floating-ui/react';\n",
  'tests/CMakeLists.txt': 'add_executable(tests\n  core/unit-time.cpp)\n',
  'tests/core/unit-time.cpp': '#include <doctest/doctest.h>\n#include <nlohmann/json.hpp>\n',
  'wasm/browser/CMakeLists.txt': 'keepline_wasm_module(keepline\n  socket.cpp)\n',
  'wasm/browser/socket.cpp': '#include <emscripten/websocket.h>\n#include "../core/time.hpp"\n',
  'wasm/core/CMakeLists.txt': 'add_library(core backoff.cpp frame_judge.cpp)\n',
  'wasm/core/backoff.cpp': '#include "time.hpp"\n#include <string_view>\n',
  'wasm/core/frame_judge.cpp': '#include <nlohmann/json.hpp>\n#include "time.hpp"\n',
  'wasm/core/time.hpp': '#include <chrono>\n',
  'web-demo/src/main.tsx':
    "import { createConnection } from 'keepline';\nimport 'keepline/react/style.css';\nimport { row } from './row.js';\n",
};

function problemsWith(planted: Record<string, string>): string[] {
  const files = Object.entries({ ...sound, ...planted });
  const { problems } = judgeLayers(new Map(files.map(([path, text]) => [path, () => text])));
  return problems.map(String);
}

it('finds nothing in a tree where everything is right', () => {
  expect(problemsWith({})).toEqual([]);
});

describe('finds', () => {
  const core = 'core includes only core and std';
  const json = 'only frame_judge and tests include nlohmann/json';
  const react = 'react/ needs its peers and nothing else';
  const rooms = 'rooms of the package import only rooms below them';
  const plain = 'keepline itself needs nothing at run time';
  const demo = 'web-demo imports the package by its name';
  const text = 'no notes to self, no switched-off checks, no hosts, no machine paths';
  const cases: [what: string, path: string, planted: string, rule: string][] = [
    ['the browser in the core', 'wasm/core/time.hpp', '#include "../browser/socket.hpp"\n', core],
    ['a header that is not there', 'wasm/core/time.hpp', '#include "gone.hpp"\n', core],
    ['a C header in the core', 'wasm/core/time.hpp', '#include <time.h>\n', core],
    ['a stream in the core', 'wasm/core/time.hpp', '#include <iostream>\n', core],
    ['Emscripten in the core', 'wasm/core/time.hpp', '#include <emscripten/bind.h>\n', core],
    ['a JSON library in the core', 'wasm/core/time.hpp', '#include <nlohmann/json.hpp>\n', json],
    [
      'a JSON library beside its only user',
      'wasm/core/backoff.cpp',
      '#include <nlohmann/json_fwd.hpp>\n',
      json,
    ],
    [
      'a JSON library in the bindings',
      'wasm/browser/socket.cpp',
      '#include <nlohmann/json.hpp>\n',
      json,
    ],
    [
      'Emscripten in a test',
      'tests/core/unit-time.cpp',
      '#include <emscripten.h>\n',
      'only wasm/browser includes Emscripten',
    ],
    [
      'a room above',
      'js-bindings/src/engine/a.ts',
      "import { x } from '../client/connection.js';\n",
      rooms,
    ],
    [
      'a type of a room above',
      'js-bindings/src/worker/a.ts',
      "import type { Status } from '../client/types.js';\n",
      rooms,
    ],
    ['a room without a floor', 'js-bindings/src/cellar/a.ts', '\n', rooms],
    ['an undeclared package in react/', 'js-bindings/src/react/a.ts', "import 'lodash';\n", react],
    [
      'React in the shim',
      'js-bindings/src/client/a.ts',
      "import { useState } from 'react';\n",
      plain,
    ],
    [
      'react/ in the shim',
      'js-bindings/src/client/a.ts',
      "await import('../react/hooks.js');\n",
      plain,
    ],
    [
      'a way around the name',
      'web-demo/src/a.ts',
      "import '../../js-bindings/src/index.js';\n",
      demo,
    ],
    ['an inner file by the name', 'web-demo/src/a.ts', "import 'keepline/dist/load.js';\n", demo],
    ['a long file', 'web-demo/src/a.ts', '// line\n'.repeat(400), 'files stay under 400 lines'],
    [
      'a suite that nobody compiles',
      'tests/core/unit-new.cpp',
      '\n',
      'every C++ source is named in its CMakeLists.txt',
    ],
    ['a note to self', 'README.md', `Some day. ${'TO'}${'DO'}: write this.\n`, text],
    ['a switched-off check', 'web-demo/src/a.ts', `// @ts-${'ignore'}\n`, text],
    ['a package host', 'package-lock.json', `"https://registry.${'npmjs'}.org/x"\n`, text],
    ['a path of one machine', 'README.md', `See \`/${'work'}/main\`.\n`, text],
  ];
  it.each(cases)('%s', (_, path, planted, rule) => {
    const found = problemsWith({ [path]: planted });
    expect(found.filter((problem) => problem.endsWith(`(rule: ${rule})`))).toHaveLength(1);
    expect(found[0]).toContain(`${path}: `);
  });
});
