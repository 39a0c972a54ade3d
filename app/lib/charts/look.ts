/** What all charts share: tooltips, axes and their colours. */
import type { Palette } from "./palette.ts";

export const tooltipLook = (palette: Palette) => ({
  confine: true,
  backgroundColor: palette.surface,
  borderColor: palette.line,
  textStyle: { color: palette.text, fontSize: 12 },
});

export const labelLook = (palette: Palette) => ({ color: palette.muted, fontSize: 11, hideOverlap: true });

/** The vertical axis of a quantity; its name stands above it, flush with the labels. */
export const quantityAxis = (name: string, palette: Palette, format: (value: number) => string) => ({
  type: "value" as const,
  name,
  nameTextStyle: { color: palette.muted, align: "left" as const, padding: [0, 0, 0, -46] },
  axisLabel: { ...labelLook(palette), formatter: format },
  splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
});

/** A horizontal axis of shares, from none to all, with its name below. */
export const shareAxis = (name: string, palette: Palette) => ({
  type: "value" as const,
  min: 0,
  max: 1,
  name,
  nameLocation: "middle" as const,
  nameGap: 28,
  nameTextStyle: { color: palette.muted },
  axisLabel: { ...labelLook(palette), formatter: (value: number) => `${Math.round(100 * value)} %` },
  axisLine: { lineStyle: { color: palette.line } },
  splitLine: { show: false },
});

/** Names come from senders, and tooltips are HTML. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
