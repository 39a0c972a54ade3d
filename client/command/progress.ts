/** One line about what is being done, on a terminal only, from the second second on; it leaves nothing behind. */
export interface Progress {
  /** A stage, and its share in [0, 1] where that is known. */
  show(stage: string, share?: number): void;
  clear(): void;
}

const quietMs = 700;
const everyMs = 100;

export function createProgress(out: NodeJS.WriteStream, nowMs: () => number, wanted: boolean): Progress {
  if (!wanted || !out.isTTY) return { show: () => undefined, clear: () => undefined };
  const startedMs = nowMs();
  let [shownMs, visible] = [-Infinity, false];
  return {
    show(stage, share) {
      const now = nowMs();
      if (now - startedMs < quietMs || now - shownMs < everyMs) return;
      shownMs = now;
      visible = true;
      const known =
        share === undefined ? "" : ` ${String(Math.floor(100 * Math.min(1, share))).padStart(3)} %`;
      const width = Math.max(20, (out.columns ?? 80) - 1);
      out.write(`\r\u001b[K${`${stage}${known}`.slice(0, width)}`);
    },
    clear() {
      if (visible) out.write("\r\u001b[K");
      visible = false;
    },
  };
}
