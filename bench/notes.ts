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
    does: "Scale, shift and add 2⁵⁰, so that the counter's address falls out of the mantissa; interleaved counters, added at the end. No screen draws equal cells of raw values yet: reports and charts have counts in the reference's cells.",
    rivals:
      "`numpy.histogram` with `range` given, its fast way for equal cells. The loop multiplies, floors and counts.",
    missed:
      "C computes the cells of eight values in one register and turns them into integers with one instruction (AVX-512); with 128-bit vectors, as in Wasm, it takes what the table's second C line says. The loop has ten and a half instructions a value (Generated code), of which a counter's load, addition and store are three and the look for missing and outside values two and a half, which C leaves to two cells more. Tried: addresses through a store and four loads instead of lane by lane, 12 % slower; their shift folded into the constant that is added, 7 % faster, kept. Where the whole call misses what is met in place, the copy of the values stands between, 0.1 to 0.3 ns each.",
  },
  "quantile-edges-64": {
    does: "A uniform grid laid over the edges, so fine that no grid cell holds two: one comparison a value, exact for any edges. Laying the grid is part of the time.",
    rivals:
      "C: see the head of the file in `bench/native/`. NumPy: `searchsorted` and `bincount`. `d3.bin` keeps the values, not only their number; its bins are lists. Edges lie half-way between values, so that left-closed and right-closed cells count the same.",
    missed:
      "C loads the edges of eight values with one instruction (a gather, AVX-512); with 128-bit vectors it takes what its second line says. The loop has fifteen and a half instructions a value (Generated code): two lanes cannot be loaded from two places at once, nor two counters added to. Tried: a grid cell's edge and its counters side by side, so that a value touches one cache line instead of two: no faster in place, a tenth slower on few values. Between the call and the call in place stands the copy of the values: Wasm reads no other memory than its own. It is made in blocks of 480, which are counted while they lie in the nearest cache: 0.15 ns a value where block, counters and source do not get into one another's way there, up to 0.8 where they do, which is another thing in every process. Blocks of 320 to 512 took the same, 640 to 1,016 up to a quarter longer, 256 a fifth; 4,096 and more, which no longer lie in that cache, 0.45 ns always. `searchsorted` and a binary search in JavaScript take 28 to 32 times the 1.3 ns in place, where the loop does more than three instructions in a cycle.",
  },
  "ks-exact-1e6": {
    does: "Branch and bound: histograms of both samples bound the gap, and only cells that can hold it are sorted and merged. The answer is exact. The kernel keeps two bytes a value, its cell, and no copy: a copy read three times took half as long again.",
    rivals:
      "SciPy's `ks_2samp` with its asymptotic p-value, whose cost is measured alone and taken off. JavaScript sorts two copies and walks them.",
    missed:
      "SciPy sorts both samples with NumPy, whose sort has used AVX-512 or AVX2 since 1.25; the bars were drawn against 1.24, which sorted doubles one by one. The table has the same SciPy with those off. A hundredth of either is less than it takes to count a value once (nineteen instructions, Generated code). Of our time a half is that counting and the copy of each block, a third the search for the values of cells that are left (one in twenty, which no branch predictor foresees), the rest their sort and walk. JavaScript's sort has become faster, too.",
  },
  "ks-exact-5e3": {
    does: "The same for two samples of 5,000 values, with a grid of 1,000 cells.",
    missed:
      "As above: SciPy's time is its two sorts, which use AVX-512 or AVX2; the bar was drawn against those without, which the table has too.",
  },
  "quantile-edges-crowded": {
    does: "Three edges are neighbouring doubles, which no grid separates: every value is searched for, four at a time without branches. The same in C, and there in Eytzinger's layout, laid with each call: edges lie in the first-level cache, so that its order saves no misses, and it takes as long. That is why the kernel has the searches and no second layout.",
  },
  "radix-sort-f64": {
    does: "Keys whose order is that of the doubles are sorted by the highest forty bits in which any differ, eight a pass; an insertion mends the few neighbours that are left in the wrong order, and where they are many all bits are sorted by. Missing and infinite values are left out on the way. C sorts by all sixty-four bits.",
    rivals:
      "All sort a copy. NumPy is timed twice: as it is, and with the instruction sets off that it chooses at run time.",
    missed:
      "NumPy has sorted doubles with AVX-512 or AVX2 since 1.25 (the bar was drawn against 1.24): a vector quicksort that packs the values below the pivot with one compress-store, an instruction that portable Wasm has not. The same NumPy without them is in the table. Five passes of sixteen instructions a value (Generated code), the counting of five digits and the mending are a hundred and thirty instructions, and at 10⁶ values every pass writes to 256 places in 8 MB. Eleven bits a pass, as before, took twice as long there. Against JavaScript's sort the bar stands where that took 100 ns a value and more.",
  },
  "sketch-update": {
    does: "The double's own exponent and top mantissa bits are the cell: 32 to the octave, a relative error of at most 1/64.",
    rivals:
      "HDR histogram (its Wasm build, two digits) takes whole numbers one by one: the values are rounded to thousandths before its clock starts. DDSketch is given the same relative accuracy.",
    missed:
      "In place the loop is as fast as C's, or nearly: fourteen instructions a value (Generated code), among them the look for values outside of the dense octaves, so that any doubles may come; four keys are computed at once from the upper halves of the bits. The copy of the values, 0.3 to 0.5 ns each, stands between that and the whole call.",
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
      "Of 180 ns that a call took alone in its process, 115 are the loops (`psi-8192`) and 65 what surrounds them: the copies of two short arrays, each a call of the engine, and the call into Wasm. Copying by a plain loop instead took 15 % longer; asking the engine for the memory's size with every array, as before, a fifth. The loops have forty-six instructions a cell (Generated code), without fused multiply-add, which would round otherwise than other machines do. A logarithm is a chain of some eighty cycles, of which the processor overlaps as many as its queues hold: two loops, to the quotients and from there on, take a fifth less than one; two pairs of cells in turn in one loop took as long as one pair. A whole model is one call (`check-1000x32x8`), and so it is in a check.",
  },
  "psi-8192": { does: "The same where a call is nothing beside its cells: what the loop itself takes." },
  "check-1000x32x8": {
    does: "Eight divergences of a thousand features of 32 cells in one call.",
    rivals: "SciPy takes all features in one call a divergence, on matrices: its fastest way.",
    missed:
      "NumPy 2 computes the logarithms of whole matrices eight at a time (AVX-512) and with fused multiply-add. Ours are two at a time and keep all digits where shares are nearly equal: 24 instructions a cell to the two quotients of Jensen–Shannon, 47 from there to their logarithms, whose difference is Kullback–Leibler's, 21 for the sums, 46 for PSI, whose smoothing needs its own, 23 for roots and gaps (Generated code). Three logarithms where there were four, and no division of cells, took a quarter off; loops that stop half the way of a logarithm (`psi-32`) a sixth. One pass for roots and logarithms instead of two made no difference. The bar was drawn against SciPy on NumPy 1.24.",
  },
  "profile-fused": {
    does: "Mean, variance, extremes, missing and infinite values and the counts in the reference's cells, in one pass. References do not use it: their moments are taken of the sorted values, so that the order of rows cannot reach the last bit, and their counts by the same counter as their chunks'; the sort takes far longer than both.",
    rivals:
      "NumPy's `nanmean`, `nanvar`, `nanmin`, `nanmax` and a count of NaN, one after the other, and no histogram at all.",
    missed:
      "Every block is read twice while it lies in the cache, for its mean and for the squared deviations from it, so that data with a large offset keep their digits. Of 2.8 ns in place the counting takes 1.4, the moments 0.85, which is what two sums of pairs, one addition after the other of three cycles each, take at least, and a second look at blocks where a value is missing 0.5: it tells NaN from the infinities. Minima that wait for one operation instead of four, and no branch a pair, took a tenth off. With 128 bits C takes what its second line says, longer than the kernel with its copy.",
  },
  "json-rows": {
    does: "JSON row objects, as bytes, to columns and counts: declared keys are compared as bytes, numbers read by Eisel and Lemire's method, eight or sixteen digits at once. Columns are copied out of the kernel's memory, since rows wait for their reference while other requests use it, and in again to be counted: 0.9 and 0.3 ns a value.",
    rivals: "`TextDecoder`, `JSON.parse` and a loop into typed columns.",
    missed:
      "By themselves, on the machine of this page's figures, keys took 4 ns each, whole numbers 7, hundredths 12, and numbers with all their digits 22, none of it waiting for a guessed digit; before, 7, 8, 13 and 31. `JSON.parse` itself takes 70 to 200 ns a value, as the engine's young heap goes: where it takes less than 75, the bar asks for less than reading the digits takes.",
  },
  "binary-columns": {
    does: "Columns of doubles in a request's body to counts. A body cannot be read into the kernel's memory: a stream takes over the buffer that it fills, and a Wasm memory gives none away. So every column is copied once, in blocks that are counted while they lie in the nearest cache.",
    rivals:
      "The same rows as JSON objects through `JSON.parse`, and a binary search a value. NumPy has the columns as arrays already.",
    missed:
      "2,500 rows are short columns. The folder keeps their grids, and all are counted by one prepared counter; what is left beside the counting is a quarter of a microsecond a column for laying and reading out its counters, and the copies of five blocks.",
  },
  "arrow-columns": {
    does: "The same as an Arrow IPC stream, read by flechette.",
    rivals: "As above.",
    missed: "As above; flechette takes one and a half microseconds to make a column, whatever it holds.",
  },
  "cold-start": {
    missed: "Compiling waits for other threads of the engine: where the machine has other work, so does it.",
    does: "Bytes to the first count. A custom section with a number of its own makes the bytes new to the engine each time, which otherwise keeps compiled code.",
  },
};
