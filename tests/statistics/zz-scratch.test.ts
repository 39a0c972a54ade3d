import { it } from "vitest";
import { prepare } from "../../examples/flights/prepare.ts";
it("prepares", async () => {
  const t = performance.now();
  const d = await prepare({ cacheDir: "/tmp/mdt/scratch/flights", onProgress: () => {} });
  console.log("prepared", d.rows, d.training, performance.now() - t);
}, 600000);
