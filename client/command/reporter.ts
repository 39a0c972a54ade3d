/** What a long run says while it works: lines of JSON for a program, or words for a person. */

export interface Progress {
  phase: string;
  done: number;
  total: number;
  ratePerSecond: number | null;
  secondsLeft: number | null;
  eventTime: string | null;
  text: string | null;
}

export interface Reporter {
  /** At most twice a second; and the end of a phase. */
  at: (phase: string, done: number, total: number, eventMs?: number) => void;
  /** A finished step, in words. */
  say: (phase: string, text: string) => void;
  /** Nothing more comes: a line on a terminal that is not finished goes. */
  end: () => void;
}

export const silent: Reporter = { at: () => undefined, say: () => undefined, end: () => undefined };

export interface ReporterOptions {
  out: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  json: boolean;
  nowMs: () => number;
}

const everyMs = { json: 500, terminal: 500, file: 10_000 };
/** The rate looks back this far: long enough to be calm, short enough to be now. */
const rateWindowMs = 15_000;

export function createReporter({ out, json, nowMs }: ReporterOptions): Reporter {
  const interval = json ? everyMs.json : out.isTTY ? everyMs.terminal : everyMs.file;
  let printedMs = -Infinity;
  let ended = false;
  let phase = "";
  let history: { atMs: number; done: number }[] = [];

  const write = (progress: Progress): void => {
    if (json) out.write(`${JSON.stringify(progress)}\n`);
    else if (progress.total === 0) out.write(`${out.isTTY ? "\r\u001b[K" : ""}${progress.text}\n`);
    else out.write(out.isTTY ? `\r\u001b[K${inWords(progress)}` : `${inWords(progress)}\n`);
  };

  return {
    at: (name, done, total, eventMs) => {
      const atMs = nowMs();
      if (name !== phase) {
        phase = name;
        history = [];
        printedMs = -Infinity;
        ended = false;
      }
      const ends = done >= total && !ended;
      if (atMs - printedMs < interval && !ends) return;
      printedMs = atMs;
      ended = done >= total;
      history = history.filter((point) => atMs - point.atMs <= rateWindowMs);
      history.push({ atMs, done });
      const rate = rateOf(history);
      write({
        phase: name,
        done,
        total,
        ratePerSecond: rate,
        secondsLeft: rate === null || rate === 0 ? null : (total - done) / rate,
        eventTime: eventMs === undefined ? null : new Date(eventMs).toISOString(),
        text: null,
      });
    },
    say: (name, text) => {
      printedMs = -Infinity;
      const nothing = { ratePerSecond: null, secondsLeft: null, eventTime: null };
      write({ phase: name, done: 0, total: 0, ...nothing, text });
    },
    end: () => {
      if (!json && out.isTTY) out.write("\r\u001b[K");
    },
  };
}

function rateOf(history: { atMs: number; done: number }[]): number | null {
  const [first] = history;
  const last = history.at(-1);
  if (last === undefined || last.atMs - first.atMs < 1000) return null;
  return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
}

/** "replay  2001-03-02  34 %  12,400 rows/s  240 s left" */
function inWords({ phase, done, total, ratePerSecond, secondsLeft, eventTime }: Progress): string {
  const words = [phase];
  if (eventTime !== null) words.push(eventTime.slice(0, 10));
  words.push(`${Math.floor((100 * done) / total)} %`);
  if (eventTime !== null && ratePerSecond !== null)
    words.push(`${Math.round(ratePerSecond).toLocaleString("en-US")} rows/s`);
  if (secondsLeft !== null) words.push(`${Math.ceil(secondsLeft)} s left`);
  return words.join("  ");
}
