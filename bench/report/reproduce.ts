/** The parts of docs/performance.md that no measurement changes. */
export const howToRead = `Every contender handles the same bytes, and what it computes is compared with the kernel's answer before anything is
timed. In each round the kernel, its twin (the same interface in plain TypeScript), plain loops and npm packages run in
this process, then the kernel in workerd and in Chromium, then the C program and the Python process, which time themselves;
whoever was first goes last in the next round. A sample is as many runs as fill two milliseconds, after one that is not
timed: whoever was before has filled the caches with other things, which would weigh the more on a contender the fewer runs
its sample has. Time that other work on the machine takes is not counted: C and Python read the processor time of their
thread, here an interrupted sample is taken again, and where all are it is that of the thread too; in workerd and Chromium it
is. The tables show medians, and in "p10–p90" how far the kernel's samples spread, over the median.

- **time** is a call as the product makes it: through the \`Kernel\` interface, with the copy of its inputs into the kernel's
  memory and of its results out of it. **in place** leaves out the copy of the inputs: so C works, whose
  inputs lie in its memory. It tells what the loops take; the product always copies, since no stream fills that memory.
- A bar counts the whole call. "Met in place" says that only the copy of the inputs stands between the call and its bar.
- **× C** and **× twin** are our time over theirs: below 1 we are faster. **× ours** in a row's table is a peer's time over ours.
- C is compiled on the spot with \`-O3 -march=native\`, and may use all that the machine has. The kernel is one portable
  Wasm file with 128-bit vectors, the same bits on every machine.
- Peers get their data in their own form before the clock starts (NumPy arrays, typed arrays, whole numbers for HDR
  histogram) and leave results in theirs.
- Node begins with as much room for young objects as a long-lived process ends up with (\`--min-semi-space-size=16\`), so
  that peers that make many objects do not depend on what ran before them; \`JSON.parse\` is up to twice as fast with it.
- Nanoseconds move from machine to machine; ratios within one run are what counts.`;

export const aboutLoops = `Machine instructions that V8 makes of the hot loops, counted in the code that it prints (\`bench/generated-code.ts\`): what
there is to do for each value, whatever the machine. A core that completes four or five instructions in a cycle of 0.3 ns
needs 0.06 to 0.08 ns for each. A row's time has also the copy of its inputs, about 0.3 ns a value, and what is done once a call.`;

export const howToReproduce = `## How to run it again

\`\`\`sh
npm ci
npm run bench                                             # everything; a few minutes on an idle machine
npm run bench -- --rows psi-32,radix-sort-f64 --rounds 9  # some rows, printed only
npm run bench -- --node                                   # without workerd and Chromium
\`\`\`

A full run writes \`bench/results.json\`, \`bench/machine.json\` and this page. It ends with an error when a bar could not be
measured because a peer is not installed (\`--allow-missing-peers\` lets that pass), when a contender computes something
else than the kernel, and with \`--strict\` when a bar is not met.

The peers:

- **C**: any compiler that \`cc\` starts, or the one that \`CC=\` names. On Debian and Ubuntu: \`apt install gcc libc6-dev\`.
- **NumPy and SciPy**: \`python3 -m pip install numpy scipy\`, or \`apt install python3-numpy python3-scipy\`. \`PYTHON=\` names
  another Python, such as one in a virtual environment.
- **npm packages, workerd and Chromium** come with \`npm ci\`. \`CHROME_PATH=\` names another browser.

Versions are read when the bench runs and stand beside every figure.`;
