/** What a person sees of a long start: steps with ticks, and one line of progress that is rewritten on a terminal. */
export interface Screen {
  step: (text: string) => void;
  say: (text: string) => void;
  /** Rewrites the last line on a terminal; elsewhere prints at most every 10 seconds. */
  progress: (text: string) => void;
}

export function createScreen(out: NodeJS.WriteStream, nowMs: () => number): Screen {
  const color = out.isTTY && !process.env.NO_COLOR;
  const tick = color ? "\u001b[32m✓\u001b[0m" : "✓";
  let pending = "";
  let printedMs = -Infinity;
  const line = (text: string): void => {
    if (pending !== "") out.write("\r\u001b[K");
    out.write(`${text}\n`);
    if (pending !== "") out.write(pending);
  };
  return {
    step: (text) => line(`  ${tick} ${text}`),
    say: (text) => line(text),
    progress: (text) => {
      if (out.isTTY) {
        pending = text.slice(0, Math.max(20, (out.columns ?? 80) - 1));
        out.write(`\r\u001b[K${pending}`);
      } else if (nowMs() - printedMs >= 10_000) {
        printedMs = nowMs();
        out.write(`${text}\n`);
      }
    },
  };
}
