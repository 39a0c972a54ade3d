/**
 * A request's body of raw columns to counts in a reference's cells: read where it lies, counted by the kernel. 2,500 rows
 * of 100 features are the largest body that is taken (2 MB); 250 show what a column costs that holds few values.
 */
import { createFolder } from "#core/domain/window.ts";
import { binaryColumnsOf, readBinaryColumns, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { batchOf, featureCount, jsonBody } from "../bodies.ts";
import { countJsonRows } from "../rivals/json-loops.ts";
import { joined, type Row } from "../row.ts";

export const binaryColumns: Row = {
  name: "binary-columns",
  title: "raw columns of 100 features to counts in 32 cells each",
  unit: "value",
  sizes: [{ values: 2500 * featureCount }, { label: "250-rows", values: 250 * featureCount }],
  engines: true,
  python: [{ name: "NumPy searchsorted, a column each", task: "columns" }],
  task(size) {
    const batch = batchOf(Math.max(1, Math.round(size / featureCount)));
    const { rows, columns, edges, features } = batch;
    const timesMs = Float64Array.from({ length: rows }, (_, row) => 1.7e12 + row);
    const body = writeBinaryColumns(
      rows,
      binaryColumnsOf({
        rows,
        timesMs,
        columns: new Map([...columns].map(([name, values]) => [name, { kind: "numeric", values }])),
      }),
    );
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
        if (!folder) folders.set(kernel, (folder = createFolder(kernel, features)));
        return folder.fold(readBinaryColumns(body));
      },
      peers() {
        const text = jsonBody(batch, 1.7e12);
        return [
          {
            name: "JSON.parse and a JS histogram",
            run: () => countJsonRows(text, [...columns.keys()], edges),
          },
        ];
      },
    };
  },
};
