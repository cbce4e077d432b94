/** One line of a plot; values above 0. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 790;
const HEIGHT = 460;
const LEFT = 70;
const TOP = 50;
const RIGHT = 300;
const BOTTOM = 50;
const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b', '#17becf', '#e377c2'];

/** Lines over two logarithmic axes, as an SVG: what is flat lies flat, and what is linear rises with the dashed line. */
export function plot(title: string, xName: string, lines: readonly Line[]): string {
  const [xs, ys] = [0, 1].map((axis) => lines.flatMap(({ points }) => points.map((point) => point[axis] ?? 1)));
  const [x, y] = [scale(xs ?? [], LEFT, WIDTH - RIGHT), scale(ys ?? [], HEIGHT - BOTTOM, TOP)];
  const parts = [
    ...x.ticks.map((tick) => label(x.at(tick), HEIGHT - BOTTOM + 20, String(tick), 'middle')),
    ...y.ticks.map((tick) => rule(y.at(tick)) + label(LEFT - 8, y.at(tick) + 4, String(tick), 'end')),
    label(LEFT, 25, title, 'start', 16),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, xName, 'middle'),
    linear(x, y),
    ...lines.map((line, index) => drawn(line, index, x, y)),
  ];
  const size = `width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

interface Scale {
  readonly at: (value: number) => number;
  /** Powers of ten, from below the least value to above the greatest. */
  readonly ticks: readonly number[];
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const powers = values.filter((value) => value > 0).map((value) => Math.log10(value));
  const [least, most] = [Math.floor(Math.min(0, ...powers)), Math.ceil(Math.max(1, ...powers))];
  const low = powers.length > 0 ? Math.floor(Math.min(...powers)) : least;
  const at = (value: number): number => from + ((Math.log10(value) - low) / Math.max(1, most - low)) * (to - from);
  return { at, ticks: Array.from({ length: most - low + 1 }, (_, index) => 10 ** (low + index)) };
}

function drawn({ name, points }: Line, index: number, x: Scale, y: Scale): string {
  const colour = COLOURS[index % COLOURS.length] ?? '#000';
  const places = points.filter(([, value]) => value > 0).map(([one, other]) => `${x.at(one)},${y.at(other)}`);
  const dots = places.map((place) => {
    const [cx, cy] = place.split(',');
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
  });
  const path = `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  const legend = TOP + 20 * index;
  const key = `<rect x="${WIDTH - RIGHT + 20}" y="${legend - 9}" width="10" height="10" fill="${colour}"/>`;
  return path + dots.join('') + key + label(WIDTH - RIGHT + 36, legend, name, 'start');
}

/** What would grow as the stories do, from the lower left corner on. */
function linear(x: Scale, y: Scale): string {
  const decades = Math.min(x.ticks.length, y.ticks.length) - 1;
  const [x0 = 1, y0 = 1] = [x.ticks[0], y.ticks[0]];
  const to = `x2="${x.at(x0 * 10 ** decades)}" y2="${y.at(y0 * 10 ** decades)}"`;
  return `<line x1="${x.at(x0)}" y1="${y.at(y0)}" ${to} stroke="#999" stroke-dasharray="5 4"/>`;
}

function rule(y: number): string {
  return `<line x1="${LEFT}" y1="${y}" x2="${WIDTH - RIGHT}" y2="${y}" stroke="#ddd"/>`;
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', size = 12): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}">${escaped}</text>`;
}
