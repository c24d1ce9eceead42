/** Times of day as the desk writes them. */
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

export function clockTime(ms: number): string {
  return Number.isFinite(ms) ? clock.format(ms) : '';
}
