/** The options of `mdt reference push`, as they are typed and as they are explained. */
import type { CommandHelp, Kind } from "../arguments.ts";
import { fieldHelp, fieldKindsTyped } from "../field-columns.ts";
import { platformHelp, platformKinds } from "../platform.ts";

const one = ["schema", "format", "delimiter", "task", "prediction", "positive", "activate-from"];
const beside = ["version", "importances"];
const settings = ["name", "clock", "window", "pane", "lateness"];

export const pushKinds: Record<string, Kind> = {
  ...platformKinds,
  ...fieldKindsTyped,
  ...Object.fromEntries([...one, ...beside, ...settings].map((name) => [name, "one" as const])),
  ...Object.fromEntries(["type", "ignore", "only", "score", "segment"].map((name) => [name, "all" as const])),
  ...Object.fromEntries(["dry-run", "quiet", "json", "help"].map((name) => [name, "flag" as const])),
  create: "maybe",
};

export const pushHelp: CommandHelp = {
  usage: "mdt reference push FILE [options]",
  about:
    "Makes the reference that a model's windows are compared with: counts FILE's rows here, pushes the counts and puts\n" +
    "them in force. The rows stay on this computer; FILE may have as many as fit into memory as numbers.\n" +
    "CSV, NDJSON, JSON, Arrow and Parquet are read, each also with gzip.",
  options: [
    ...platformHelp,
    {
      usage: "--create [MODEL.json]",
      says: "make the model if there is none: as the JSON file declares it, or as FILE suggests",
    },
    {
      usage: "--dry-run",
      says: "show all that would be done and send nothing; with --json the model's declaration",
    },
    {
      usage: "--activate-from WHEN",
      says: "next (window), end (of the file), none, or a time; left out: open window, or the file's end in a replay",
    },
    fieldHelp.time,
    fieldHelp.id,
    fieldHelp.label,
    fieldHelp.column,
    { usage: "--positive VALUE", says: "which value of label and prediction is the positive one" },
    { usage: "--version VERSION", says: "the model's version that answered, for segments by version" },
    {
      usage: "--importances FILE",
      says: "how much the model leans on each feature, as JSON; left out: of small trees that repeat the model",
    },
    { usage: "--format, --delimiter", says: "as mdt compare has them" },
    { usage: "--quiet", says: "no progress and no table" },
    { usage: "--json", says: "what was done as JSON" },
    { usage: "", says: "With --create:" },
    {
      usage: "--type COLUMN=TYPE",
      says: "numeric, discrete, categorical, boolean, timestamp, identifier or text; --schema FILE as JSON",
    },
    { usage: "--ignore COLUMN[,…]", says: "leave columns out; --only COLUMN[,…] leaves out all others" },
    { usage: "--task TASK", says: "binary, multiclass or regression; left out: by what the labels are" },
    {
      usage: "--score COLUMN",
      says: "the probability of true; --score CLASS=COLUMN, once a class, of each class",
    },
    { usage: "--prediction COLUMN", says: "what the model decided" },
    { usage: "--segment COLUMN", says: "watch the values of a column apart; up to four times" },
    { usage: "--clock CLOCK", says: "wall (windows close with time), or replay (they close as rows come)" },
    {
      usage: "--window, --pane, --lateness",
      says: "lengths such as 1d, 1h, 10m: 1d, 1m and 10m when left out",
    },
    { usage: "--name NAME", says: "for people; the model's id when left out" },
    { usage: "--help", says: "this text" },
  ],
  examples: [
    {
      run: "mdt reference push train.parquet --model churn",
      says: "a new reference for a model that is there",
    },
    {
      run: "mdt reference push jan.csv --model churn --create --score p --label churned --clock replay",
      says: "make the model too, with the types that the file suggests",
    },
  ],
  exits: ["0  done", "2  not done, and why"],
};
