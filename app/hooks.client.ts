/** What goes wrong on the way to a page: shown by +error.svelte; a wrong address is nothing for the console. */
import type { HandleClientError } from "@sveltejs/kit";

export const handleError: HandleClientError = ({ error, status, message }) => {
  if (status === 404) return { message };
  console.error(error);
  return { message: error instanceof Error ? error.message : message };
};
