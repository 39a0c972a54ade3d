/** Static files only: everything happens in the browser. */
export const ssr = false;
export const prerender = false;
