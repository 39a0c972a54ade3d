/** Small charts as SVG text: axes, lines and dots, nothing else. Colours are told apart by people who see few of them. */

/** Okabe and Ito (2008). */
export const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#444444"];

export interface Axis {
  label: string;
  from: number;
  to: number;
  log: boolean;
  ticks: { at: number; label: string }[];
}

export interface Series {
  name: string;
  colour: string;
  points: { x: number; y: number }[];
  line: boolean;
}

export interface Chart {
  title: string;
  x: Axis;
  y: Axis;
  series: Series[];
  /** A shaded stretch of y. */
  band?: { from: number; to: number; label: string };
}

const width = 860;
const height = 420;
const margin = { left: 74, right: 250, top: 44, bottom: 56 };
const text = (x: number, y: number, content: string, more = ""): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(content)}</text>`;
const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function chart({ title, x, y, series, band }: Chart): string {
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const px = place(x, margin.left, right);
  const py = place(y, bottom, margin.top);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(margin.left, 26, title, 'font-size="15" font-weight="600"'),
  ];
  if (band) {
    const [top, low] = [py(band.to), py(band.from)];
    parts.push(
      `<rect x="${margin.left}" y="${top.toFixed(1)}" width="${right - margin.left}" height="${(low - top).toFixed(1)}" fill="#009e73" fill-opacity="0.12"/>`,
      text(right + 6, (top + low) / 2 + 4, band.label, 'fill="#00664b" font-size="12"'),
    );
  }
  for (const { at, label } of y.ticks)
    parts.push(
      `<path d="M${margin.left} ${py(at).toFixed(1)}H${right}" stroke="#ddd"/>`,
      text(margin.left - 8, py(at) + 4, label, 'text-anchor="end"'),
    );
  for (const { at, label } of x.ticks)
    parts.push(
      `<path d="M${px(at).toFixed(1)} ${bottom}v5" stroke="#555"/>`,
      text(px(at), bottom + 20, label, 'text-anchor="middle"'),
    );
  parts.push(
    `<path d="M${margin.left} ${margin.top}V${bottom}H${right}" fill="none" stroke="#555"/>`,
    text((margin.left + right) / 2, height - 14, x.label, 'text-anchor="middle"'),
    text(
      0,
      0,
      y.label,
      `text-anchor="middle" transform="translate(18 ${(margin.top + bottom) / 2}) rotate(-90)"`,
    ),
  );
  series.forEach((one, index) => parts.push(...drawn(one, index, px, py, right)));
  return `${parts.join("\n")}\n</svg>\n`;
}

function drawn(
  { name, colour, points, line }: Series,
  index: number,
  px: (value: number) => number,
  py: (value: number) => number,
  right: number,
): string[] {
  const at = points.map(({ x, y }) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`);
  const radius = line ? 3.5 : 2;
  const row = margin.top + 12 + index * 22;
  return [
    ...(line ? [`<path d="M${at.join("L")}" fill="none" stroke="${colour}" stroke-width="2"/>`] : []),
    ...at.map((point) => {
      const [cx, cy] = point.split(" ");
      return `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="${colour}" fill-opacity="${line ? 1 : 0.5}"/>`;
    }),
    `<circle cx="${right + 18}" cy="${row - 4}" r="5" fill="${colour}"/>`,
    text(right + 30, row, name),
  ];
}

/** A value's place; beyond the axis it sticks to its end. */
function place({ from, to, log }: Axis, start: number, end: number): (value: number) => number {
  const scale = log ? Math.log : (value: number) => value;
  return (value) => {
    const share = (scale(Math.min(to, Math.max(from, value))) - scale(from)) / (scale(to) - scale(from));
    return start + share * (end - start);
  };
}
