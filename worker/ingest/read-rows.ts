import type { BatchContent } from "#core/formats/batch-content.ts";
import { bodyOfColumns } from "#core/formats/column-body.ts";
import { parsePredictionColumns } from "#core/formats/column-rows.ts";
import { readCsvRows } from "#core/formats/csv-rows.ts";
import { type FieldKind, fieldKinds } from "#core/formats/field-kinds.ts";
import { inferenceRows } from "#core/formats/inference/inference-rows.ts";
import { parsePredictionText } from "#core/formats/json-fast.ts";
import {
  type ParsedPredictions,
  parsePredictionRows,
  parseReferenceRows,
  type PredictionBody,
} from "#core/formats/json-rows.ts";
import { type ParsedLabels, parseLabelRows, parseReferenceLabels } from "#core/formats/label-rows.ts";
import { inLines, type LineRows } from "#core/formats/line-rows.ts";
import { linesAsArray, readNdjsonRows } from "#core/formats/ndjson-rows.ts";
import type { TimeRules } from "#core/formats/row-reader.ts";
import { subjectField } from "#core/domain/archive.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import type { Kernel } from "#core/kernel/api.ts";

/** Rows of a batch, and the line of each where the batch came as lines. */
interface InLines {
  lines: Int32Array | null;
}

/** Predictions in any form to columns of the model's features; the same rows give the same columns in every form. */
export async function readPredictions(
  kernel: Kernel,
  model: ModelConfig,
  content: BatchContent,
  rules: TimeRules,
): Promise<ParsedPredictions & InLines> {
  const subject = subjectField(model);
  // A subject is read as a feature is, and counted nowhere.
  const features = subject === null ? model.features : [...model.features, subject];
  switch (content.form) {
    case "inference": {
      const body = checkedBody(inferenceRows(model, content.inference, content.frame));
      return { ...parsePredictionRows(features, body, rules), lines: null };
    }
    case "columns":
      checkRows(content.columns.rows);
      return { ...parsePredictionColumns(features, content.columns, rules), lines: null };
    case "json-text": {
      // By the kernel, or where it does not take the rows, by `JSON.parse`: the result is the same.
      const quick = parsePredictionText(kernel, features, content.text, rules);
      if (quick === null) {
        const body = checkedBody(content.parse());
        return { ...parsePredictionRows(features, body, rules), lines: null };
      }
      checkRows(quick.columns.rows);
      return { ...quick, lines: null };
    }
    case "ndjson": {
      const array = linesAsArray(content.bytes);
      const quick = array && parsePredictionText(kernel, features, array.text, rules);
      if (!quick || quick.columns.rows !== array.rows) break;
      checkRows(array.rows);
      return { ...quick, lines: Int32Array.from({ length: array.rows }, (_, row) => row + 1) };
    }
  }
  return readBody(content, fieldKinds(features), (body) => parsePredictionRows(features, body, rules));
}

/** Labels in any form. */
export async function readLabels(
  model: ModelConfig,
  content: BatchContent,
  rules: TimeRules,
): Promise<ParsedLabels & InLines> {
  return readBody(content, fieldKinds(model.features, model.task), (body) =>
    parseLabelRows(model, body, rules),
  );
}

/** Rows to profile a reference from, in any form, with their labels where they have some; more than a batch may have. */
export async function readReferenceRows(
  model: ModelConfig,
  content: BatchContent,
): Promise<ParsedPredictions & { labelled: ReturnType<typeof parseReferenceLabels> } & InLines> {
  const parse = (body: PredictionBody) => ({
    ...parseReferenceRows(model.features, body),
    labelled: parseReferenceLabels(model, body),
  });
  return readBody(content, fieldKinds(model.features, model.task), parse, limits.referenceRows);
}

/** What is read value by value: the rows or columns of a JSON body, whatever they came as. */
async function readBody<T extends Parameters<typeof inLines>[0]>(
  content: BatchContent,
  kinds: ReadonlyMap<string, FieldKind>,
  parse: (body: PredictionBody) => T,
  mostRows: number = limits.rowsPerBatch,
): Promise<T & InLines> {
  switch (content.form) {
    case "json":
      return { ...parse(checkedBody(content.body, mostRows)), lines: null };
    case "json-text":
      return { ...parse(checkedBody(content.parse(), mostRows)), lines: null };
    case "columns":
      checkRows(content.columns.rows, mostRows);
      return { ...parse(bodyOfColumns(content.columns, kinds)), lines: null };
    case "inference":
      throw new ProblemError("invalid_body", "An inference's tensors are predictions, nothing else.");
    case "ndjson":
      return ofLines(readNdjsonRows(content.bytes), parse, mostRows);
    case "csv":
      return ofLines(await readCsvRows(content.bytes, kinds, content.encoding), parse, mostRows);
  }
}

function ofLines<T extends Parameters<typeof inLines>[0]>(
  rows: LineRows,
  parse: (body: PredictionBody) => T,
  mostRows: number,
): T & InLines {
  checkRows(rows.lines.length, mostRows);
  return { ...inLines(parse(rows.body), rows), lines: rows.lines };
}

/** The body, found to have the same number of values in every column, and no more rows than a batch may have. */
function checkedBody(body: PredictionBody, mostRows: number = limits.rowsPerBatch): PredictionBody {
  const lengths =
    "rows" in body ? [body.rows.length] : Object.values(body.columns).map((column) => column.length);
  const rows = Math.max(0, ...lengths);
  checkRows(rows, mostRows);
  if (lengths.some((length) => length !== rows))
    throw new ProblemError("invalid_body", "Columns of a batch have the same number of values.");
  return body;
}

function checkRows(rows: number, mostRows: number = limits.rowsPerBatch): void {
  if (rows > mostRows)
    throw new ProblemError("too_many_rows", `The batch has ${rows} rows; at most ${mostRows} are taken.`);
}
