import type { Model } from "#core/domain/api.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import type { Reference } from "#core/domain/reference.ts";
import { theKernel } from "../../../worker/kernel.ts";
import { receiveReference } from "../../../worker/ingest/receive-reference.ts";
import { seededUniform } from "../../core-as/seeded.ts";
import { references, startMs } from "./scenario.ts";

/** References of two different pasts, made once for all runs: what they are made from does not matter here. */
export function makeReferences(model: Model): Promise<Reference[]> {
  return Promise.all(
    Array.from({ length: references }, async (_, index) => {
      const draw = seededUniform(index + 1);
      const rows = Array.from({ length: 400 }, (_row, row) => {
        const score = draw();
        return {
          timestamp: startMs - DAY_MS + row * 60_000,
          amount: draw() * 4 - 2 + index,
          channel: draw() < 0.7 ? "web" : "app",
          ...{ score, approved: score > 0.5 },
        };
      });
      const [{ reference }] = await receiveReference(theKernel(), model, { form: "json", body: { rows } });
      return reference;
    }),
  );
}
