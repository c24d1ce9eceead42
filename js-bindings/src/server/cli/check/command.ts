/** `keepline check`: reads what was asked, looks at the server once, judges it, and prints what was seen. */
import { CouldNotRun } from '../could-not-run.js';
import { parseArguments, usage } from './arguments.js';
import { judgeAll } from './judge.js';
import { asJson, asText, summaryOf, tableOf } from './report.js';
import type { Rule } from './rule.js';
import { rules } from './rules.js';
import { survey } from './survey.js';
import { Target } from './target.js';

export async function check(args: readonly string[]): Promise<number> {
  const request = parseArguments(args, process.env);
  if (request.kind !== 'check') {
    process.stdout.write(request.kind === 'help' ? usage : tableOf(rules));
    return 0;
  }
  const { options } = request;
  const chosen = choose(options.only);
  const target = new Target(options);
  try {
    target.facts = await survey(target);
    target.dropAll();
    const judged = await judgeAll(target, chosen);
    process.stdout.write(options.json ? asJson(target, judged) : asText(target, judged));
    const { failed, advised } = summaryOf(judged);
    return failed + (options.strict ? advised : 0) > 0 ? 1 : 0;
  } catch (error) {
    // Whatever it says may have been said by the server.
    const message = error instanceof Error ? error.message : String(error);
    throw new CouldNotRun(target.secrets.hide(message));
  } finally {
    target.dropAll();
  }
}

function choose(only: readonly string[]): readonly Rule[] {
  const isMeant = (wish: string, { id }: Rule) => id === wish || id.startsWith(`${wish}.`);
  const unknown = only.find((wish) => !rules.some((rule) => isMeant(wish, rule)));
  if (unknown !== undefined) {
    throw new CouldNotRun(`there is no rule "${unknown}"; keepline check --rules lists them`);
  }
  return only.length === 0
    ? rules
    : rules.filter((rule) => only.some((wish) => isMeant(wish, rule)));
}
