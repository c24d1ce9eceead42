// @vitest-environment happy-dom
// The window that happy-dom simulates.
import { itHearsThePage } from './support/simulated-window.js';

itHearsThePage();
