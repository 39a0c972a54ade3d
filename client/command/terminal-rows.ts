/** Rows under heads, as wide as the terminal: the parts of a comparison share one shape. */
import { cut, displayWidth, type Paint, padded, padStart, type Style } from "./terminal-text.ts";

export interface TableOptions {
  /** Columns of the terminal. */
  width: number;
  paint: Paint;
  /** Every feature; otherwise the calm ones beyond the first few are only counted. */
  all: boolean;
}

export const statusStyles: Record<string, Style[]> = {
  drift: ["red", "bold"],
  warning: ["yellow", "bold"],
  ok: ["green"],
  insufficient: ["dim"],
  error: ["magenta", "bold"],
};

export interface Row {
  cells: string[];
  /** Of the last cell. */
  style?: Style[];
}

/** The first column gets up to a third, the second what is left; the others are numbers and stay whole. */
export function table(heads: string[], rows: Row[], { width, paint }: TableOptions): string[] {
  const widths = heads.map((head, i) =>
    Math.max(displayWidth(head), ...rows.map(({ cells }) => displayWidth(cells[i]))),
  );
  const gaps = 2 * (heads.length - 1);
  const fixed = widths.slice(2).reduce((sum, one) => sum + one, gaps);
  const room = Math.max(24, width - fixed);
  widths[0] = Math.min(widths[0], Math.max(Math.floor(room / 3), room - widths[1]));
  widths[1] = Math.min(widths[1], room - widths[0]);
  const line = (cells: string[], style: (text: string, column: number) => string): string =>
    cells
      .map((cell, i) => {
        const text = cut(cell, widths[i]);
        const whole = i < 2 || i === cells.length - 1 ? padded(text, widths[i]) : padStart(text, widths[i]);
        return style(i === cells.length - 1 ? text : whole, i);
      })
      .join("  ")
      .trimEnd();
  return [
    paint(
      line(heads, (text) => text),
      "dim",
    ),
    ...rows.map(({ cells, style = [] }) =>
      line(cells, (text, i) => (i === cells.length - 1 ? paint(text, ...style) : text)),
    ),
  ];
}
