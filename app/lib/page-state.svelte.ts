/** The URL holds a page's state: what is chosen can be bookmarked and shared. */
import { goto } from "$app/navigation";
import { page } from "$app/state";

/** Changes parameters of the current address without a new entry in the history. */
export function choose(change: Record<string, string>): void {
  const url = new URL(page.url);
  for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
  void goto(url, { replaceState: true, noScroll: true, keepFocus: true });
}
