// Which Chromium the tests run in, and how it is started. Knows nothing of what is done with it.

/** The whole browser, with its windows and tabs. */
export const wholeChromium = process.env['KEEPLINE_CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * The same engine and network without windows: a page opens in a quarter of the processor's time. The
 * whole browser where there is none, or where it is named by KEEPLINE_HEADLESS_SHELL.
 */
export const headlessShell = process.env['KEEPLINE_HEADLESS_SHELL'] ?? wholeChromium;

/** Nothing of its own on the network, and no graphics card. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
