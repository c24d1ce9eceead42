/** The report, for people and for programs. What is printed has gone through `Secrets`. */
import type { Judged } from './judge.js';
import type { Level, Rule, Verdict } from './rule.js';
import type { Target } from './target.js';

/** Sections that are one word or two, and where their words are in PROTOCOL.md. */
export const sourceOf = ({ section, rfc }: Rule): string =>
  rfc === undefined ? `PROTOCOL, ${section}` : `PROTOCOL, ${section}; ${rfc}`;

export function summaryOf(judged: readonly Judged[]) {
  const count = (result: Verdict['result'], level?: Level) =>
    judged.filter(
      ({ rule, verdict }) => verdict.result === result && (level ?? rule.level) === rule.level,
    ).length;
  return {
    passed: count('pass'),
    failed: count('fail', 'must'),
    advised: count('fail', 'should'),
    skipped: count('skipped'),
  };
}

/** Without its query, which may hold what nobody should read. */
const addressOf = ({ options: { url } }: Target): string =>
  `${url.protocol}//${url.host}${url.pathname}`;

export function asJson(target: Target, judged: readonly Judged[]): string {
  const report = {
    address: addressOf(target),
    features: target.features,
    summary: summaryOf(judged),
    rules: judged.map(({ rule, verdict }) => ({
      id: rule.id,
      sentence: rule.sentence,
      source: sourceOf(rule),
      level: rule.level,
      result: verdict.result,
      seen: target.secrets.hide(verdict.seen),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const WIDTH = 8;

function linesOf({ rule, verdict }: Judged): string[] {
  const line = (word: string) => `${word.padEnd(WIDTH)}${rule.id.padEnd(28)}${verdict.seen}`;
  if (verdict.result === 'pass') return [line('ok')];
  return [
    line(rule.level === 'must' ? 'BROKEN' : 'advice'),
    `${' '.repeat(WIDTH)}${rule.sentence} (${sourceOf(rule)})`,
  ];
}

/** Many are skipped for one reason, which is worth one line. */
function skippedLines(judged: readonly Judged[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { rule, verdict } of judged) {
    if (verdict.result !== 'skipped') continue;
    reasons.set(verdict.seen, [...(reasons.get(verdict.seen) ?? []), rule.id]);
  }
  return [...reasons].map(([why, ids]) => `${'skipped'.padEnd(WIDTH)}${ids.join(', ')}: ${why}`);
}

/** What is broken is explained; the rest is one line each. */
export function asText(target: Target, judged: readonly Judged[]): string {
  const { passed, failed, advised, skipped } = summaryOf(judged);
  const lines = judged.filter(({ verdict }) => verdict.result !== 'skipped').flatMap(linesOf);
  const sum = `${passed} kept, ${failed} broken, ${advised} advised, ${skipped} skipped`;
  const text = [addressOf(target), '', ...lines, ...skippedLines(judged), '', sum].join('\n');
  return `${target.secrets.hide(text)}\n`;
}

/** Every rule there is, as a table that documents may hold. */
export function tableOf(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) => `| \`${rule.id}\` | ${rule.level} | ${rule.sentence} | ${sourceOf(rule)} |`,
  );
  return `${['| rule | level | what it says | from |', '|---|---|---|---|', ...rows].join('\n')}\n`;
}
