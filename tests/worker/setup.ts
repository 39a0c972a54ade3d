/** Applies D1's migrations in the runtime that runs the tests. */
import { applyD1Migrations, type D1Migration, env } from "cloudflare:test";

declare module "cloudflare:test" {
  interface ProvidedEnv {
    DB: D1Database;
    TEST_MIGRATIONS: D1Migration[];
    MDT_OWNER_SECRET: string;
  }
}

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
