// A thread begins with JavaScript, whatever its server was started by; the rest of it is TypeScript.
import { tsImport } from 'tsx/esm/api';

await tsImport('./thread.ts', import.meta.url);
