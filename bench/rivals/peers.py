"""
The NumPy and SciPy rivals: asked line by line over a pipe (child.ts).
  load <task> <folder>   reads the folder's inputs
  run <times>            the task that many times, after once; answers nanoseconds of one run, by the processor time of
                         the thread
  answer                 what it computed: all of it up to 512 numbers, else length, sum and weighted sum
Inputs are NumPy arrays before the clock starts, results stay NumPy arrays: no conversion is counted against a peer.
Only NumPy is needed to start; a task of SciPy's without SciPy is an error.
"""

import json
import sys
import time
import warnings

import numpy as np

try:
    import scipy
    from scipy import special, stats
    from scipy.spatial import distance
except ImportError:
    scipy = None

try:
    from numpy._core import _multiarray_umath as built
except ImportError:
    from numpy.core import _multiarray_umath as built

warnings.simplefilter("ignore")
# What NumPy chooses at run time; named in NPY_DISABLE_CPU_FEATURES, it does without.
dispatched = [name for name in built.__cpu_dispatch__ if built.__cpu_features__.get(name)]


def equal_width(data):
    low, high, bins = data("range.f64")
    values = data("values.f64")
    return lambda: np.histogram(values, bins=int(bins), range=(low, high))[0]


def edges(data):
    """Right-closed cells, as ours."""
    values, cuts = data("values.f64"), data("edges.f64")
    return lambda: np.bincount(np.searchsorted(cuts, values, side="left"), minlength=len(cuts) + 1)


def columns(data):
    """Every column into its own cells, with room for what ours counts apart."""
    cuts = data("cuts.f64").astype(int)
    each = np.split(data("edges.f64"), np.cumsum(cuts)[:-1])
    values = data("values.f64").reshape(len(cuts), -1)

    def run():
        counted = [
            np.bincount(np.searchsorted(each[i], values[i], side="left"), minlength=cuts[i] + 5)
            for i in range(len(cuts))
        ]
        return np.concatenate(counted)

    return run


def sort(data):
    values = data("values.f64")
    return lambda: np.sort(values)


def ks(data):
    """Through its public function; the p-value's cost is measured alone, in the same sample, and taken off."""
    r, c = data("values.f64"), data("other.f64")
    effective = round(len(r) * len(c) / (len(r) + len(c)))

    def run():
        return stats.ks_2samp(r, c, method="asymp").statistic

    statistic = run()
    run.taken_off = lambda: stats.distributions.kstwo.sf(statistic, effective)
    return run


def counts_by_feature(data):
    cells = int(data("cells.f64")[0])
    return data("values.f64").reshape(-1, cells), data("other.f64").reshape(-1, cells)


def shares(counts):
    """Half a count to every cell, then shares, a feature a row."""
    smoothed = counts + 0.5
    return smoothed / smoothed.sum(axis=1, keepdims=True)


def psi(data):
    """All features in one call: Jeffreys' divergence is PSI."""
    a, c = counts_by_feature(data)

    def run():
        p, q = shares(a), shares(c)
        return ((p - q) * np.log(p / q)).sum(axis=1)

    return run


def divergences(a, c):
    """The eight of ours, a feature a row; SciPy's own functions where it has them."""
    smooth_p, smooth_q = shares(a), shares(c)
    p = a / a.sum(axis=1, keepdims=True)
    q = c / c.sum(axis=1, keepdims=True)
    apart = np.abs(p - q)
    eight = [
        ((smooth_p - smooth_q) * np.log(smooth_p / smooth_q)).sum(axis=1),
        special.rel_entr(p, q).sum(axis=1),
        special.rel_entr(q, p).sum(axis=1),
        distance.jensenshannon(p, q, base=2, axis=1),
        np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum(axis=1) / 2),
        apart.sum(axis=1) / 2,
        apart.max(axis=1),
        np.abs(np.cumsum(p, axis=1) - np.cumsum(q, axis=1)).max(axis=1),
    ]
    return np.stack(eight, axis=1)


def model(data):
    a, c = counts_by_feature(data)
    return lambda: divergences(a, c)


def model_by_feature(data):
    """As most programs do: one feature after the other."""
    a, c = counts_by_feature(data)
    return lambda: np.concatenate([divergences(a[i : i + 1], c[i : i + 1]) for i in range(len(a))])


def profile(data):
    """One nan-function after the other, without the histogram."""
    values = data("values.f64")
    return lambda: [
        np.nanmean(values),
        np.nanvar(values),
        np.nanmin(values),
        np.nanmax(values),
        np.count_nonzero(np.isnan(values)),
    ]


tasks = {
    "equal-width": equal_width,
    "edges": edges,
    "columns": columns,
    "sort": sort,
    "ks": ks,
    "psi": psi,
    "model": model,
    "model-by-feature": model_by_feature,
    "profile": profile,
}


def timed(run, times):
    run()
    started = time.thread_time_ns()
    for _ in range(times):
        run()
    return (time.thread_time_ns() - started) / times


def fingerprint(result):
    flat = np.asarray(result, dtype=np.float64).ravel()
    if len(flat) > 512:
        weights = np.arange(len(flat)) % 1009
        flat = [len(flat), flat.sum(), (flat * weights).sum()]
    return " ".join(repr(float(value)) for value in flat)


def main():
    versions = {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "scipy": scipy and scipy.__version__,
        "dispatched": dispatched,
    }
    print(json.dumps(versions), flush=True)
    run = None
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        try:
            if words[0] == "load":
                folder = words[2]
                run = tasks[words[1]](lambda name: np.fromfile(f"{folder}/{name}", dtype=np.float64))
                reply = "loaded"
            elif words[0] == "run":
                reply = timed(run, int(words[1]))
                if hasattr(run, "taken_off"):
                    reply -= timed(run.taken_off, int(words[1]))
            else:
                reply = fingerprint(run())
        except Exception as error:  # the bench prints it and goes on without this figure
            reply = f"error: {error!r}"
        print(reply, flush=True)


main()
