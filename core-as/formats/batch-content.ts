/** A batch's rows in whichever form they came, not yet held against a model. */
import type { Columns } from "../domain/columns.ts";
import type { InferenceFrame } from "./inference/inference-rows.ts";
import type { Inference } from "./inference/tensor.ts";
import type { PredictionBody } from "./json-rows.ts";

export type BatchContent =
  /** JSON, parsed. */
  | { form: "json"; body: PredictionBody }
  /** JSON whose array of rows was found without parsing it; `parse` reads the whole body and throws what is the sender's fault. */
  | { form: "json-text"; text: Uint8Array; parse: () => PredictionBody }
  | { form: "columns"; columns: Columns }
  | { form: "ndjson"; bytes: Uint8Array }
  /** `encoding`: the charset that the sender named. */
  | { form: "csv"; bytes: Uint8Array<ArrayBuffer>; encoding: string | null }
  /** What an inference server was asked and answered. */
  | { form: "inference"; inference: Inference; frame: InferenceFrame };
