// The picture of the report: main-thread time an event, one group of bars a case. Plain SVG that
// follows the reader's light or dark mode.
import type { StreamCase } from './cases.js';
import type { Sample } from './measure.js';
import { median } from './statistics.js';

export interface Group {
  readonly each: StreamCase;
  readonly samples: readonly Sample[];
}

const width = 860;
const labelWidth = 200;
const valueWidth = 70;
const barHeight = 16;
const rowHeight = 22;
const titleHeight = 40;
const margin = 16;

const style = `text{font:13px system-ui,sans-serif;fill:#1f2328}
.title{font-weight:600}.bar{fill:#8c959f}.ours{fill:#1a7f37}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#6e7681}.ours{fill:#3fb950}}`;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string) => text.replace(/[&<>]/g, (mark) => escapes[mark] ?? mark);

function bars({ samples }: Group): readonly { readonly client: string; readonly us: number }[] {
  const clients = [...new Set(samples.map(({ client }) => client))];
  return clients
    .map((client) => {
      const own = samples.filter((sample) => sample.client === client);
      return { client, us: median(own.map(({ mainThreadUs }) => mainThreadUs)) };
    })
    .toSorted((a, b) => a.us - b.us);
}

export function drawChart(groups: readonly Group[]): string {
  const shapes: string[] = [];
  let y = margin;
  for (const group of groups) {
    const rows = bars(group);
    const most = Math.max(...rows.map(({ us }) => us));
    const title = `${group.each.title}: µs of the main thread an event`;
    y += titleHeight;
    shapes.push(`<text class="title" x="${margin}" y="${y - 12}">${escaped(title)}</text>`);
    for (const { client, us } of rows) {
      const length = ((width - 2 * margin - labelWidth - valueWidth) * us) / most;
      const kind = client.startsWith('keepline') ? 'bar ours' : 'bar';
      shapes.push(
        `<text x="${margin}" y="${y + 13}">${escaped(client)}</text>`,
        `<rect class="${kind}" x="${margin + labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
        `<text x="${(margin + labelWidth + length + 8).toFixed(1)}" y="${y + 13}">${us.toFixed(1)}</text>`,
      );
      y += rowHeight;
    }
  }
  const height = y + margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Main-thread time an event, by case and client">
<style>${style}</style>
${shapes.join('\n')}
</svg>
`;
}
