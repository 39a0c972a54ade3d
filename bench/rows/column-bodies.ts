/**
 * A request's body of columns to counts in a reference's cells: read where it lies, counted by the kernel. 2,500 rows
 * of 100 features are the largest body that is taken (2 MB); 250 show what a column costs that holds few values.
 */
import { columnFromArray, float64, tableFromColumns, tableToIPC } from "@uwdata/flechette";
import type { Columns } from "#core/domain/columns.ts";
import { createFolder } from "#core/domain/window.ts";
import { readArrow } from "#core/formats/arrow.ts";
import { binaryColumnsOf, readBinaryColumns, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { batchOf, featureCount, jsonBody, startMs } from "../bodies.ts";
import { countJsonRows } from "../rivals/json-loops.ts";
import { joined, type Row } from "../row.ts";

interface Format {
  write: (columns: Columns) => Uint8Array;
  read: (body: Uint8Array) => Columns;
}

const binary: Format = {
  write: (columns) => writeBinaryColumns(columns.rows, binaryColumnsOf(columns)),
  read: readBinaryColumns,
};

const arrow: Format = {
  write(columns) {
    const named = binaryColumnsOf(columns).map(
      ({ name, values }) => [name, columnFromArray(values, float64())] as const,
    );
    return new Uint8Array(tableToIPC(tableFromColumns(Object.fromEntries(named)), {}) ?? []);
  },
  read: readArrow,
};

function row(name: string, title: string, { write, read }: Format): Row {
  return {
    name,
    title: `${title} of 100 features to counts in 32 cells each`,
    unit: "value",
    sizes: [{ values: 2500 * featureCount }, { label: "250-rows", values: 250 * featureCount }],
    engines: name === "binary-columns",
    python: [{ name: "NumPy searchsorted, a column each", task: "columns" }],
    task(size) {
      const batch = batchOf(Math.max(1, Math.round(size / featureCount)));
      const { rows, columns, edges, features } = batch;
      const body = write({
        rows,
        timesMs: Float64Array.from({ length: rows }, (_, row) => startMs + row),
        columns: new Map([...columns].map(([name, values]) => [name, { kind: "numeric", values }])),
      });
      // Kept as long as the reference, as in the Worker.
      const folders = new Map<Kernel, ReturnType<typeof createFolder>>();
      return {
        values: rows * columns.size,
        inputs: {
          "values.f64": joined([...columns.values()]),
          "edges.f64": joined(edges),
          "cuts.f64": Float64Array.from(edges, ({ length }) => length),
        },
        kernel(kernel) {
          let folder = folders.get(kernel);
          if (!folder) folders.set(kernel, (folder = createFolder(kernel, { features })));
          return folder.fold(read(body));
        },
        peers() {
          const text = jsonBody(batch);
          const names = [...columns.keys()];
          return [{ name: "JSON.parse and a JS histogram", run: () => countJsonRows(text, names, edges) }];
        },
      };
    },
  };
}

export const columnRows: Row[] = [
  row("binary-columns", "raw columns", binary),
  row("arrow-columns", "an Arrow stream", arrow),
];
