/** The worker that workerd runs: `/?row=…&who=…&times=…` runs and answers; the clock is the caller's. */
import module from "./kernel.wasm";
import { createKernel } from "#core/kernel.ts";
import { runner, type Who } from "./rows-here.ts";

const run = runner(createKernel(module));

export default {
  fetch(request: Request): Response {
    const asked = new URL(request.url).searchParams;
    return Response.json(run(asked.get("row") ?? "", asked.get("who") as Who, Number(asked.get("times"))));
  },
};
