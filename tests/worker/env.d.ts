/** What a Worker under test is bound to: ours, and the migrations that set it up. */
import type { Env as WorkerEnv } from "../../worker/env.ts";

declare global {
  // The test runner declares its `env` by this namespace: there is no other way to add to it.
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
      /** The reference data by path (tests/reference-data-service.ts). */
      REFERENCE_DATA: Fetcher;
      TEST_RUNS: string;
    }
  }
}
