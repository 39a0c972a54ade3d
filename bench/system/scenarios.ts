/** What the platform is put through. Each scenario makes its own models, sends its load, and says what came of it. */
import type { Form } from "./bodies.ts";

export interface Scenario {
  name: string;
  title: string;
  models: number;
  features: number;
  rowsPerBatch: number;
  /** One after the other, over all models. */
  forms: readonly [Form, ...Form[]];
  connections: number;
  /** Requests a second, where not as many as go through. */
  rate?: number;
  /** Every row with a prediction id and a score: `labels` follow them. */
  labelled?: boolean;
  /** Requests of inferences without their responses, until the model's object says no (flood.ts). */
  floods?: boolean;
  /** Objects that take a model's batches. */
  shards?: number;
  /** Batches are so far apart that objects would sleep in between and forget what they counted: they are called now and then. */
  awake?: boolean;
  /**
   * Event time between two batches of a model, from 140 minutes ago on: sent faster than they would come, so that what the
   * folds of hours cost is known in seconds. Not in the hours after midnight (UTC), when they would be late.
   */
  everySeconds?: number;
  /** Of load, where not as many as for the others. */
  seconds?: number;
  /** Minutes rather than seconds. */
  soak?: boolean;
  /** The same requests are also sent to a Worker that only reads them. */
  readOnly?: boolean;
}

const oneModel = { models: 1, features: 100, rowsPerBatch: 500, connections: 8, readOnly: true } as const;

export const scenarios: readonly Scenario[] = [
  { ...oneModel, name: "json", title: "one model, 500 rows × 100 features as JSON", forms: ["json"] },
  { ...oneModel, name: "ndjson", title: "… as NDJSON", forms: ["ndjson"] },
  { ...oneModel, name: "json-columns", title: "… as JSON columns", forms: ["json-columns"] },
  { ...oneModel, name: "arrow", title: "… as Arrow", forms: ["arrow"] },
  { ...oneModel, name: "binary", title: "… as binary columns", forms: ["binary"] },
  {
    ...{ ...oneModel, name: "binary-large", rowsPerBatch: 2400, forms: ["binary"] },
    title: "one model, 2,400 rows × 100 features as binary columns",
  },
  {
    ...{ ...oneModel, name: "shards", shards: 4, forms: ["binary"] },
    title: "one model on 4 shards, 500 rows × 100 features as binary columns",
  },
  {
    ...{ name: "labels", models: 1, features: 20, rowsPerBatch: 500, connections: 8, labelled: true },
    ...{ title: "one model, 500 rows × 20 features with ids, then their labels", forms: ["json", "labels"] },
  },
  {
    ...{ name: "many-models", models: 200, features: 20, rowsPerBatch: 100, connections: 16 },
    ...{ title: "200 models, 100 rows × 20 features as JSON", forms: ["json"] },
  },
  {
    ...{
      name: "gathered",
      models: 4,
      features: 100,
      rowsPerBatch: 100,
      connections: 4,
      rate: 30,
      seconds: 30,
    },
    ...{ title: "4 models, 100 rows × 100 features as JSON, two hours of a batch every 32 seconds" },
    ...{ forms: ["json"], everySeconds: 32, awake: true },
  },
  {
    // So far apart that nothing of one batch is of use for the next: what one takes alone.
    ...{ name: "sparse", models: 16, features: 100, rowsPerBatch: 500, connections: 1, rate: 1 },
    ...{ title: "16 models, 500 rows × 100 features as JSON, each every 16 seconds", forms: ["json"] },
    ...{ awake: true, seconds: 64 },
  },
  {
    ...{ name: "mixed", models: 20, features: 20, rowsPerBatch: 200, connections: 16, labelled: true },
    title: "20 models, 200 rows × 20 features with ids in every form, and labels",
    forms: ["json", "ndjson", "json-columns", "arrow", "binary", "labels"],
  },
  {
    ...{ name: "ids", models: 1, features: 2, rowsPerBatch: 10_000, connections: 16, labelled: true },
    ...{ title: "one model, 10,000 rows × 2 features with ids as binary columns", forms: ["binary"] },
  },
  {
    ...{ ...oneModel, name: "flood", features: 100, rowsPerBatch: 4000, forms: ["binary"], labelled: true },
    ...{
      title: "one model, inferences of 4,000 rows × 100 features logged without their responses",
      floods: true,
    },
    readOnly: false,
    seconds: 60,
  },
  {
    ...{ ...oneModel, name: "steady", rate: 20, soak: true, readOnly: false, forms: ["json"] },
    title: "one model, 500 rows × 100 features as JSON, 20 batches a second",
  },
];
