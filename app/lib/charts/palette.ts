/** Colours for canvases, where CSS variables do not reach: the same meanings as app.css, per theme. */
export interface Palette {
  text: string;
  muted: string;
  line: string;
  surface: string;
  accent: string;
  reference: string;
  /** A second line beside the accent's. */
  beside: string;
  ok: string;
  warning: string;
  /** The same in writing, which needs more contrast. */
  warningText: string;
  drift: string;
  insufficient: string;
  injected: string;
}

export const palettes: Record<"light" | "dark", Palette> = {
  light: {
    text: "#17202b",
    muted: "#566273",
    line: "#d9dee4",
    surface: "#ffffff",
    accent: "#1b5fa8",
    reference: "#98a4b3",
    beside: "#a8571b",
    ok: "#d7ece4",
    warning: "#f1c15c",
    warningText: "#8a5a00",
    drift: "#c8473f",
    insufficient: "#e3e7ec",
    injected: "#6b3fa0",
  },
  dark: {
    text: "#e6ebf1",
    muted: "#9eabba",
    line: "#2c3744",
    surface: "#18202a",
    accent: "#6db3f8",
    reference: "#66748a",
    beside: "#f0a35e",
    ok: "#1d4a3b",
    warning: "#b98a2c",
    warningText: "#e0b25a",
    drift: "#e0645b",
    insufficient: "#2a3440",
    injected: "#c3a2f0",
  },
};
