/**
 * Keeps wrangler off the network and its banner off the screen, and from writing a trace of every request, message and
 * statement to a database of its own, which takes a third of the processor time of a batch.
 */
export const quietWrangler = {
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CI: "true",
};
