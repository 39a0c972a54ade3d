/** The kernel that the core's own tests run on; the twin has its own tests. */
import type { Kernel } from "#core/kernel/api.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";

export const kernel: Kernel = nodeKernel();
