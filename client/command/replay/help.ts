/** The options of `mdt replay`, as they are typed and as they are explained. */
import type { CommandHelp, Kind } from "../arguments.ts";
import { fieldHelp, fieldKindsTyped } from "../field-columns.ts";
import { platformHelp, platformKinds } from "../platform.ts";

const one = ["from", "to", "speed", "rows", "in-flight", "label-delay", "positive", "version"];

export const replayKinds: Record<string, Kind> = {
  ...platformKinds,
  ...fieldKindsTyped,
  ...Object.fromEntries(
    [...one, "start", "every", "format", "delimiter"].map((name) => [name, "one" as const]),
  ),
  absent: "all",
  ...Object.fromEntries(
    ["no-labels", "again", "json", "quiet", "help"].map((name) => [name, "flag" as const]),
  ),
};

export const replayHelp: CommandHelp = {
  usage: "mdt replay FILE [options]",
  about:
    "Sends FILE's rows to a model in the order of their times, as they happened, and their labels when they were known.\n" +
    "Ending it is safe at any moment: the same command again goes on where it was, and nothing is counted twice.\n" +
    "CSV, NDJSON, JSON, Arrow and Parquet are read, each also with gzip; files larger than memory part by part.",
  options: [
    ...platformHelp,
    { usage: "--speed SPEED", says: "60x plays an hour in a minute; left out, or max: as fast as it goes" },
    { usage: "--from TIME, --to TIME", says: "rows of this stretch only: from (included) to (not included)" },
    fieldHelp.time,
    {
      usage: "--start TIME --every LENGTH",
      says: "times for a file that has none: its rows, one after the other",
    },
    fieldHelp.id,
    fieldHelp.label,
    { usage: "--label-delay LENGTH", says: "how long after its row a label was known; 0 when left out" },
    { usage: "--no-labels", says: "leave labels out, though the file has some" },
    fieldHelp.column,
    { usage: "--positive VALUE", says: "which value of label and prediction is the positive one" },
    { usage: "--absent FEATURE[,…]", says: "features that the file does not have, to be counted as missing" },
    { usage: "--version VERSION", says: "the model's version that answered" },
    { usage: "--rows COUNT", says: "rows of a batch; 5,000 when left out, fewer where rows are wide" },
    { usage: "--in-flight COUNT", says: "batches on their way at once; 4 when left out" },
    { usage: "--again", says: "begin anew, and count every row once more" },
    { usage: "--format, --delimiter", says: "as mdt compare has them" },
    { usage: "--json", says: "progress and the end as lines of JSON on standard output" },
    { usage: "--quiet", says: "no progress" },
    { usage: "--help", says: "this text" },
  ],
  examples: [
    { run: "mdt replay february.parquet --model churn", says: "all of it, as fast as it goes" },
    {
      run: "mdt replay 2026.csv --model churn --speed 1440x --label churned --label-delay 7d",
      says: "a day a minute, with labels a week later",
    },
  ],
  exits: ["0  every row was taken", "1  rows were refused, and which", "2  not finished, and why"],
};
