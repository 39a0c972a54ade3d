/**
 * A JSON body of row objects to counts in a reference's cells, as the Worker goes. 1,000 rows of 100 features are near the
 * largest body that is taken (2 MB); 100 fit the cache.
 */
import type { Feature } from "#core/domain/model.ts";
import { createFolder } from "#core/domain/window.ts";
import { findRows, parsePredictionText } from "#core/formats/json-fast.ts";
import { parsePredictionRows, type PredictionBody } from "#core/formats/json-rows.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { batchOf, featureCount, jsonBody } from "../bodies.ts";
import { countJsonRows, jsonColumns } from "../rivals/json-loops.ts";
import type { Row } from "../row.ts";

const anyTime = { nowMs: Infinity, oldestMs: -Infinity };

export const jsonRows: Row = {
  name: "json-rows",
  title: "JSON row objects of 100 features to counts in 32 cells each",
  unit: "value",
  sizes: [{ values: 1000 * featureCount }, { label: "100-rows", values: 100 * featureCount }],
  engines: true,
  task(size) {
    const batch = batchOf(Math.max(1, Math.round(size / featureCount)));
    const { rows, columns, edges, features } = batch;
    const names = [...columns.keys()];
    const body = jsonBody(batch);
    const schema = features.map(({ name }) => ({ name, type: "numeric" }) as Feature);
    const folders = new Map<Kernel, ReturnType<typeof createFolder>>();
    const folderOf = (kernel: Kernel): ReturnType<typeof createFolder> => {
      let folder = folders.get(kernel);
      if (!folder) folders.set(kernel, (folder = createFolder(kernel, { features })));
      return folder;
    };
    let used: Kernel | undefined;
    return {
      values: rows * columns.size,
      inputs: {},
      kernel(kernel) {
        used ??= kernel;
        const frame = findRows(body);
        const parsed = frame && parsePredictionText(kernel, schema, frame.rows, anyTime);
        if (!parsed) throw new Error("the quick way was not taken");
        return folderOf(kernel).fold(parsed.columns);
      },
      peers: () => [
        {
          name: "JSON.parse into columns",
          sameAnswer: false,
          run: () => jsonColumns(body, names).length,
        },
        { name: "JSON.parse and a JS histogram", run: () => countJsonRows(body, names, edges) },
        {
          name: "JSON.parse, our row reader and kernel",
          run() {
            const given = JSON.parse(new TextDecoder().decode(body)) as PredictionBody;
            if (!used) throw new Error("nothing was counted before");
            return folderOf(used).fold(parsePredictionRows(schema, given, anyTime).columns);
          },
        },
      ],
    };
  },
};
