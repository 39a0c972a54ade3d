/**
 * A few sentences a row for docs/performance.md: what is done, what the rivals' times include, and `missed`, which is
 * printed only while a bar of the row is not met: the physical reason, with the measurement that shows it.
 */
export interface Note {
  does: string;
  rivals?: string;
  missed?: string;
}

export const notes: Record<string, Note> = {
  "equal-width-f64-64": {
    does: "Scale, shift and add 2⁵², so that the cell falls out of the mantissa; interleaved counters, added at the end.",
    rivals:
      "`numpy.histogram` with `range` given, its fast way for equal cells. The loop multiplies, floors and counts.",
    missed:
      "C computes the cells of eight values in one register and converts them to integers in one instruction (AVX-512); with 128-bit vectors, as in Wasm, it takes what the table's second C line says. That is most of the gap; what is left of it is not explained.",
  },
  "quantile-edges-64": {
    does: "A uniform grid laid over the edges, so fine that no grid cell holds two: one comparison a value, exact for any edges. Laying the grid is part of the time.",
    rivals:
      "C: see the head of the file in `bench/native/`. NumPy: `searchsorted` and `bincount`. `d3.bin` keeps the values, not only their number; its bins are lists. Edges lie half-way between values, so that left-closed and right-closed cells count the same.",
    missed:
      "Where the bar is met in place, the copy of the values into the module's memory stands between: Wasm reads no other memory than its own. It is made block by block, so that it costs one read and no more.",
  },
  "ks-exact-1e6": {
    does: "Branch and bound: histograms of both samples bound the gap, and only cells that can hold it are sorted and merged. The answer is exact.",
    rivals:
      "SciPy's `ks_2samp` with its asymptotic p-value, whose cost is measured alone and taken off. JavaScript sorts two copies and walks them.",
    missed:
      "SciPy sorts both samples with NumPy, whose sort has used AVX-512 or AVX2 since 1.25; the bars were drawn against 1.24, which sorted doubles one by one. The table has the same SciPy with those off, and JavaScript's sort, which has become faster too. C with 128-bit vectors takes about as long as we do.",
  },
  "ks-exact-5e3": { does: "The same for two samples of 5,000 values, with a smaller grid." },
  "radix-sort-f64": {
    does: "Eleven bits a pass over keys whose order is that of the doubles; missing and infinite values are left out on the way.",
    rivals:
      "All sort a copy. NumPy is timed twice: as it is, and with the instruction sets off that it chooses at run time.",
    missed:
      "NumPy has sorted doubles with AVX-512 or AVX2 since 1.25 (the bar was drawn against 1.24): a vector quicksort that packs the values below the pivot with one compress-store. Portable Wasm has 128-bit vectors and no such instruction; the same NumPy without them is in the table. Against C: eight bits a pass were twice as fast as eleven in C at 10⁶ values and undecided in Wasm; that is open.",
  },
  "sketch-update": {
    does: "The double's own exponent and top mantissa bits are the cell: 32 to the octave, a relative error of at most 1/64.",
    rivals:
      "HDR histogram (its Wasm build, two digits) takes whole numbers one by one: the values are rounded to thousandths before its clock starts. DDSketch is given the same relative accuracy.",
    missed:
      "C computes eight keys in one register, and finds the range of all keys before it counts, so that its loop asks nothing. Ours takes lanes out one by one and looks at each pair for values outside of the dense octaves, so that any doubles may come; with 128 bits C takes what its second line says.",
  },
  "sketch-merge": {
    does: "Two sketches of 10⁶ values each, as key and count lists, added into a new one. Nanoseconds of a whole merge.",
    rivals: "Both packages add into one of the two and make no new sketch.",
  },
  "psi-32": {
    does: "A thousand features of 32 cells, a call each, smoothed by half a count, with our own logarithm.",
    rivals:
      "C with the system's `log`. NumPy takes all features in one call. JavaScript writes the formula in a loop with `Math.log`.",
    missed:
      "A call from JavaScript, with its guards and the copies of two short arrays, takes 50 to 80 ns beside the loop: as much as fifteen cells. `psi-8192` is the loop alone. A whole model is one call (`check-1000x32x8`).",
  },
  "psi-8192": { does: "The same where a call is nothing beside its cells: what the loop itself takes." },
  "check-1000x32x8": {
    does: "Eight divergences of a thousand features of 32 cells in one call.",
    rivals: "SciPy takes all features in one call a divergence, on matrices: its fastest way.",
    missed:
      "NumPy 2 computes the logarithms of whole matrices with AVX-512. C with the system's logarithm takes longer than the kernel. Three logarithms, five divisions and two square roots a cell in 128 bits are what the time is.",
  },
  "profile-fused": {
    does: "Mean, variance, extremes, missing and infinite values and the counts in the reference's cells, in one pass.",
    rivals:
      "NumPy's `nanmean`, `nanvar`, `nanmin`, `nanmax` and a count of NaN, one after the other, and no histogram at all.",
    missed:
      "Every block is read twice while it lies in the cache, for its mean and for the squared deviations from it, so that data with a large offset keep their digits, and every value is asked whether it is missing. With 128 bits C takes what its second line says.",
  },
  "json-rows": {
    does: "JSON row objects, as bytes, to columns and counts: declared keys are compared as bytes, numbers read by Eisel and Lemire's method.",
    rivals: "`TextDecoder`, `JSON.parse` and a loop into typed columns.",
    missed:
      "Reading digits takes most of it, about 30 ns a number here, where a prototype took 16 to 24: this is open. `JSON.parse` itself takes 70 to 200 ns a value, as the engine's young heap goes.",
  },
  "binary-columns": {
    does: "Columns of doubles in a request's body to counts.",
    rivals:
      "The same rows as JSON objects through `JSON.parse`, and a binary search a value. NumPy has the columns as arrays already.",
    missed:
      "2,500 rows are short columns: each costs a call and the laying of its grid, some microseconds, whatever it holds.",
  },
  "arrow-columns": {
    does: "The same as an Arrow IPC stream, read by flechette.",
    rivals: "As above.",
    missed: "Flechette takes one to three microseconds to make a column, whatever it holds.",
  },
  "cold-start": {
    does: "Bytes to the first count. A custom section with a number of its own makes the bytes new to the engine each time, which otherwise keeps compiled code.",
  },
};
