// @vitest-environment jsdom
// The window that jsdom simulates.
import { itHearsThePage } from './support/simulated-window.js';

itHearsThePage();
