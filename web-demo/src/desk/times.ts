/** Times of day as the desk writes them: as the indicator does, or the page would have two clocks. */
const locale = navigator.languages.find((tag) => tag.split('-')[0] === 'en') ?? 'en';
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

export function clockTime(ms: number): string {
  return Number.isFinite(ms) ? clock.format(ms) : '';
}
