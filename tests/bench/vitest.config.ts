// The benchmark's own tests: `npx vitest run --root tests/bench`. No browser, no figures.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: 'bench', include: ['*.test.ts'] },
});
