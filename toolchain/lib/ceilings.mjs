// What the smallest app may download, by what was linked into its module: a number for each release of
// Emscripten that was measured, with what wasm/browser/diet saves and without it. A release in between
// has the number of the one before it. The first is the package's, which goes down; it went up by
// 220 bytes, for a module that is requested a round trip earlier and for waits that count from the dial
// that timed out, and a third time for the event stream that goes on from link to link and for messages
// that wait for the server's word. The others follow it, with a hundred bytes to spare.

/** @typedef {{ emscripten: string, diet: boolean, embind: 'own' | 'emscripten' }} Linked */
/** @typedef {{ from: string, diet: number, without: number }} Ceiling */

/** @type {readonly [Ceiling, ...Ceiling[]]} */
export const ceilings = [
  { from: '3.1.6', diet: 45_270, without: 54_650 }, // Debian 12's
  { from: '3.1.10', diet: 53_200, without: 56_050 }, // measured with 3.1.69, Debian 13's
  { from: '4.0.0', diet: 52_850, without: 55_000 }, // measured with 6.0.5, Debian unstable's
];

/** @param {string} version */
const parts = (version) => version.split('.').map(Number);

/** Below zero where `one` is the older release. @param {string} one @param {string} other */
function compare(one, other) {
  const others = parts(other);
  const differing = parts(one).map((part, index) => part - (others[index] ?? 0));
  return differing.find((difference) => difference !== 0) ?? 0;
}

/** @param {Linked} linked as the build says it in linked.json */
export function ceilingOf({ emscripten, diet }) {
  const [first] = ceilings;
  const row = ceilings.findLast(({ from }) => compare(from, emscripten) <= 0) ?? first;
  return diet ? row.diet : row.without;
}
