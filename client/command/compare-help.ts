/** The options of `mdt compare`, as they are typed and as they are explained. */
import type { CommandHelp, Kind } from "./arguments.ts";

/** Options without a value, with one, with any number of them, and with one that may be left out. */
export const compareKinds: Record<string, Kind> = {
  json: "maybe",
  ...kinds("flag", ["all", "quiet", "help"]),
  ...kinds("all", ["type", "ignore", "only", "method"]),
  ...kinds("one", [
    "html",
    "profile",
    "fail-on",
    "schema",
    "time",
    "delimiter",
    "format",
    "level",
    "correction",
  ]),
  ...kinds("one", ["segment", "by", "target", "prediction", "score", "positive", "compat"]),
};

function kinds(kind: Kind, names: string[]): Record<string, Kind> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

export const compareHelp: CommandHelp = {
  usage: "mdt compare REFERENCE CURRENT [options]",
  about:
    "Compares two files and says whether the second has drifted: which columns, how far, and how sure that is.\n" +
    "Files are CSV, NDJSON, JSON, Arrow or Parquet, each also with gzip; REFERENCE may be a profile (--profile).\n" +
    "Nothing leaves this computer.",
  options: [
    { usage: "--json [FILE]", says: "the whole answer as JSON, on standard output or into FILE" },
    { usage: "--html FILE", says: "a report that needs nothing else, with charts" },
    { usage: "--fail-on WHAT", says: "exit with 1 on drift, warning (or drift), insufficient (or either)" },
    {
      usage: "--profile FILE",
      says: "write the reference as counts, without its rows; CURRENT may be left out",
    },
    { usage: "--all", says: "list every feature, calm ones too" },
    { usage: "--quiet", says: "no table and no progress" },
    { usage: "--time COLUMN", says: "when each row happened; found by itself where one column holds times" },
    { usage: "--by day|week", says: "judge each day or week of CURRENT as well" },
    { usage: "--segment COLUMN", says: "compare each value of a column with itself" },
    { usage: "--target COLUMN", says: "the true outcome, for the model's performance" },
    { usage: "--prediction COLUMN", says: "what the model decided" },
    { usage: "--score COLUMN", says: "the model's probability, from 0 to 1" },
    { usage: "--positive VALUE", says: "which outcome is the positive one" },
    {
      usage: "--type COLUMN=TYPE",
      says: "numeric, discrete, categorical, boolean, timestamp, identifier or text; may be repeated",
    },
    { usage: "--ignore COLUMN[,…]", says: "leave columns out" },
    { usage: "--only COLUMN[,…]", says: "compare these columns only" },
    {
      usage: "--schema FILE",
      says: 'types from a JSON file: { "age": "numeric", "postcode": "categorical" }',
    },
    { usage: "--delimiter CHARACTER", says: "of CSV, where it is not found by itself" },
    { usage: "--format FORMAT", says: "csv, ndjson, json, arrow or parquet, whatever the file is called" },
    { usage: "--level P", says: "how often two files without drift may raise an alarm; 0.05 when left out" },
    { usage: "--correction NAME", says: "over all tests: bh (Benjamini–Hochberg), by, bonferroni or none" },
    { usage: "--method COLUMN=METHOD", says: "what decides: ad, ks, psi, wasserstein, chi2, js, …" },
    { usage: "--compat TOOL", says: "beside ours, the answer of evidently or nannyml (uncalibrated)" },
    { usage: "--help", says: "this text" },
  ],
  examples: [
    { run: "mdt compare january.csv february.csv", says: "what has changed?" },
    {
      run: "mdt compare train.parquet live.parquet --fail-on drift",
      says: "in CI: exit with 1 when the data has drifted",
    },
    {
      run: "mdt compare train.csv live.csv --html report.html --by day",
      says: "a report to pass on, with a verdict a day",
    },
    {
      run: "mdt compare train.csv live.csv --score p --target bought",
      says: "and what the model was worth on both",
    },
  ],
  exits: [
    "0  compared (and the condition of --fail-on does not hold)",
    "1  the condition of --fail-on holds; a feature that could not be evaluated counts as if",
    "2  could not be compared, and why",
  ],
};
