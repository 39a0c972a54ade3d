import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../core-as/domain/errors.ts";
import { inferenceRows } from "../../core-as/formats/inference/inference-rows.ts";
import { splitBody } from "../../core-as/formats/inference/json-and-bytes.ts";
import { readOpenInference } from "../../core-as/formats/inference/open-inference.ts";
import { readRawTensor } from "../../core-as/formats/inference/raw-tensor.ts";
import type { Feature } from "../../core-as/domain/model.ts";

const numeric = (name: string, role: Feature["role"] = "feature", of?: string): Feature => ({
  name,
  type: "numeric",
  role,
  class: of,
});
const iris = {
  classes: ["setosa", "versicolor", "virginica"],
  features: [
    numeric("sepal"),
    numeric("petal"),
    // Not in the order of the classes.
    ...["virginica", "setosa", "versicolor"].map((name) => numeric(`p_${name}`, "score", name)),
    { name: "class", type: "categorical", role: "prediction" } as const,
  ],
};
const loans = {
  classes: [],
  features: [
    numeric("amount"),
    numeric("score", "score"),
    { name: "approved", type: "boolean", role: "prediction" } as const,
  ],
};
const frame = { id: "call", timestamp: 7 };
const none = new Uint8Array();

function columnsOf(model: typeof iris | typeof loans, body: unknown): Record<string, unknown[]> {
  const {
    timestamp: _,
    prediction_id: __,
    ...columns
  } = inferenceRows(model, readOpenInference(body, none)!, frame).columns;
  return columns;
}
const tensor = (name: string, shape: number[], data: unknown, datatype = "FP64", parameters = {}) => ({
  ...{ name, shape, data, datatype, parameters },
});

test("NaN and Infinity as Triton and Python write them are missing and infinite, in texts they are text", () => {
  const body =
    '{"id":"NaN","inputs":[{"name":"x","shape":[5],"datatype":"FP64","data":[NaN, -NaN,Infinity,-Infinity,1.5]},';
  const texts = String.raw`{"name":"t","shape":[2],"datatype":"BYTES","data":["NaN","\"Infinity,\\"]}]}`;
  const raw = new TextEncoder().encode(`${body}${texts}`);
  for (const length of [null, raw.length]) {
    const { value } = splitBody(raw, length);
    expect(value).toMatchObject({
      id: "NaN",
      inputs: [{ data: [null, null, Infinity, -Infinity, 1.5] }, { data: ["NaN", '"Infinity,\\'] }],
    });
  }
  for (const wrong of ['{"inputs":[NaN', '{"inputs":[NaNs]}', '{"inputs":[nan]}'])
    expect(() => splitBody(new TextEncoder().encode(wrong), null)).toThrow(ProblemError);
});

describe("tensors find their features", () => {
  const expected = { sepal: [1, 3], petal: [2, 4] };
  test.each<[string, object]>([
    ["by name", { inputs: [tensor("petal", [2], [2, 4]), tensor("sepal", [2, 1], [[1], [3]])] }],
    [
      "by the names of columns",
      { inputs: [tensor("X", [2, 2], [2, 1, 4, 3], "FP32", { column_names: ["petal", "sepal"] })] },
    ],
    [
      "by place",
      {
        inputs: [
          tensor(
            "input-0",
            [2, 2],
            [
              [1, 2],
              [3, 4],
            ],
          ),
        ],
      },
    ],
  ])("%s", (_how, body) => {
    expect(columnsOf(iris, body)).toEqual(expected);
  });

  test("by their number", () => {
    const model = { classes: [], features: [numeric("X[1]"), numeric("X[0]")] };
    expect(columnsOf(model, { inputs: [tensor("X", [1, 2], [5, 6])] })).toEqual({ "X[0]": [5], "X[1]": [6] });
  });

  test("scores in the order of the classes, and the decision beside them", () => {
    const outputs = [
      tensor("predict_proba", [2, 3], [0.7, 0.2, 0.1, 0, 0, 1]),
      tensor("predict", [2], ["setosa", "virginica"], "BYTES"),
    ];
    expect(columnsOf(iris, { outputs })).toEqual({
      ...{ p_setosa: [0.7, 0], p_versicolor: [0.2, 0], p_virginica: [0.1, 1] },
      class: ["setosa", "virginica"],
    });
  });

  test.each<[string, object, Record<string, unknown[]>]>([
    ["both probabilities", tensor("output-0", [2, 2], [0.9, 0.1, 0.2, 0.8]), { score: [0.1, 0.8] }],
    ["one probability", tensor("output-0", [2, 1], [0.1, 0.8], "FP32"), { score: [0.1, 0.8] }],
    ["whole probabilities", tensor("output-0", [2], [0, 1], "FP32"), { score: [0, 1] }],
    ["decisions", tensor("output-0", [2], [0, 1], "INT64"), { approved: [0, 1] }],
    ["yes and no", tensor("predict", [2], [true, false], "BOOL"), { approved: [true, false] }],
  ])("of a model that says yes or no: %s", (_what, output, columns) => {
    expect(columnsOf(loans, { outputs: [output] })).toEqual(columns);
  });

  test("with ids by row, unless there is one row or the rows have their own", () => {
    const ids = (inputs: object[]) =>
      inferenceRows(loans, readOpenInference({ inputs }, none)!, frame).columns.prediction_id;
    expect(ids([tensor("amount", [2], [1, 2])])).toEqual(["call:0", "call:1"]);
    expect(ids([tensor("amount", [1], [1])])).toEqual(["call"]);
    expect(ids([tensor("amount", [1], [1]), tensor("prediction_id", [1], ["own"], "BYTES")])).toEqual([
      "own",
    ]);
  });
});

describe("raw tensors", () => {
  test.each<[string, number[], unknown[]]>([
    ["BOOL", [1, 0], [true, false]],
    ["UINT8", [255], [255]],
    ["INT8", [255], [-1]],
    ["INT16", [0xfe, 0xff], [-2]],
    ["UINT16", [0xfe, 0xff], [65534]],
    ["INT32", [0, 0, 0, 0x80], [-(2 ** 31)]],
    ["UINT32", [0, 0, 0, 0x80], [2 ** 31]],
    ["INT64", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-1]],
    ["UINT64", [1, 0, 0, 0, 0, 0, 0, 0], [1]],
    [
      "FP16",
      [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c, 0x00, 0xfc],
      [1, -2, 65504, 2 ** -24, Infinity, -Infinity],
    ],
    ["FP16", [0x01, 0x7c], [NaN]],
    ["BF16", [0x80, 0x3f, 0x20, 0xc0], [1, -2.5]],
    ["FP32", [0, 0, 0x80, 0x3f], [1]],
    ["FP64", [0, 0, 0, 0, 0, 0, 0xf0, 0xbf], [-1]],
    ["BYTES", [1, 0, 0, 0, 97, 0, 0, 0, 0], ["a", ""]],
  ])("of %s are read", (datatype, bytes, values) => {
    expect(readRawTensor("x", datatype, Uint8Array.from(bytes), values.length)).toEqual(values);
    expect(() => readRawTensor("x", datatype, Uint8Array.from([...bytes, 0]), values.length)).toThrow(
      ProblemError,
    );
  });

  test("lie behind the JSON as far as its braces go", () => {
    const json = '{"a":"}\\"{","b":{"c":[{}]}}';
    const body = new Uint8Array([...new TextEncoder().encode(json), 1, 2]);
    const { value, binary } = splitBody(body, null);
    expect([value, [...binary]]).toEqual([JSON.parse(json), [1, 2]]);
    expect(splitBody(new TextEncoder().encode(`${json}\n `), null).binary.length).toBe(0);
  });
});

describe("what is no inference", () => {
  const attempt = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  };
  const valid = {
    id: "1",
    inputs: [
      tensor("amount", [2, 1], [1, 2]),
      tensor("approved", [2], [true, false], "BOOL", { binary_data_size: 2 }),
    ],
    outputs: [tensor("score", [2], [[0.5], [0.1]])],
  };
  const anything = fc.anything({ withNullPrototype: false });

  test("is a problem or no row, whatever it is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.option(fc.nat(300)), (bytes, length) => {
        attempt(() => {
          const { value, binary } = splitBody(bytes, length);
          readOpenInference(value, binary);
        });
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom("id", "inputs", "outputs"),
        fc.constantFrom("name", "shape", "data", "datatype", "parameters"),
        anything,
        fc.uint8Array({ maxLength: 4 }),
        (field, part, value, binary) => {
          const body = structuredClone(valid) as Record<string, unknown>;
          const tensors = body[field];
          if (Array.isArray(tensors)) (tensors[0] as Record<string, unknown>)[part] = value;
          else body[field] = value;
          attempt(() => {
            const inference = readOpenInference(body, binary);
            if (inference !== null) inferenceRows(loans, inference, frame);
          });
        },
      ),
      { numRuns: 5000 },
    );
  });
});
