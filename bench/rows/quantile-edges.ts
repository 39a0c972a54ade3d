/** Values into a reference's quantile cells: what every batch of every numeric feature goes through. */
import { fewValued, lognormals, normals, paretos, quantileEdges } from "../data.ts";
import { countCells } from "../rivals/loops.ts";
import type { Row, Size, Task } from "../row.ts";

const million: [Size] = [{ values: 1_000_000 }];

function row(name: string, title: string, sizes: Row["sizes"], inputs: (size: number) => Inputs): Row {
  return {
    name,
    title,
    unit: "value",
    sizes,
    c: [{ name: "C", task: "edges" }],
    python: [{ name: "NumPy searchsorted", task: "edges" }],
    task: (size) => taskOf(inputs(size)),
  };
}

interface Inputs {
  values: Float64Array;
  edges: Float64Array;
}

function taskOf({ values, edges }: Inputs): Task {
  return {
    values: values.length,
    inputs: { "values.f64": values, "edges.f64": edges },
    kernel: (kernel) => kernel.countEdges(values, edges).cells,
    resident: [values, edges],
    async peers() {
      const { bin } = await import("d3-array");
      const binned = bin<number, number>()
        .domain([-Infinity, Infinity])
        .thresholds([...edges]);
      return [
        { name: "JS binary search", run: () => countCells(values, edges) },
        { name: "d3.bin", package: "d3-array", run: () => binned(values).map((cell) => cell.length) },
      ];
    },
  };
}

const bells =
  (bins: number) =>
  (size: number): Inputs => {
    const values = normals(size, 2);
    return { values, edges: quantileEdges(values, bins) };
  };
const drawn =
  (draw: (size: number, seed: number) => Float64Array) =>
  (size: number): Inputs => {
    const values = draw(size, 3);
    return { values, edges: quantileEdges(values, 64) };
  };

/** Three of them next to each other among doubles: no grid tells them apart, and every value is searched for. */
const crowded = (size: number): Inputs => {
  const { values, edges } = bells(118)(size);
  return { values, edges: Float64Array.from([...edges, 1, 1 + 2 ** -52, 1 + 2 ** -51]).sort() };
};

export const quantileEdgeRows: Row[] = [
  {
    ...row(
      "quantile-edges-64",
      "64 quantile cells",
      [...million, { label: "16k", values: 16_384 }],
      bells(64),
    ),
    engines: true,
  },
  row("quantile-edges-10", "10 quantile cells", million, bells(10)),
  row("quantile-edges-120", "120 quantile cells", million, bells(120)),
  row("quantile-edges-256", "256 quantile cells", million, bells(256)),
  row("quantile-edges-lognormal", "64 quantile cells, lognormal", million, drawn(lognormals)),
  row("quantile-edges-pareto", "64 quantile cells, Pareto 1.2", million, drawn(paretos)),
  {
    ...row("quantile-edges-crowded", "120 cells, three edges next to each other", million, crowded),
    c: [
      { name: "C", task: "edges" },
      { name: "C, Eytzinger", task: "edges-in-tree" },
    ],
  },
  row("quantile-edges-few-values", "quantile cells, 3 in 4 values one of five", million, drawn(fewValued)),
];
