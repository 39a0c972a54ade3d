/** The first free byte of linear memory: everything behind it belongs to the caller, who lays out arrays there. */
export function heapBase(): usize {
  return __heap_base;
}
