/**
 * Imported first by every file that declares schemas: they are interpreted, never compiled with `new Function`, which our
 * pages' policy and Workers forbid. Trying alone would be reported as a violation.
 */
import { config } from "zod";

config({ jitless: true });
