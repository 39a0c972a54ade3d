/* Statistics on counts in common cells, with the system's logarithm and one pass a feature. */
#include "rivals.h"
#include <math.h>

/*
 * Eight values a feature: PSI (half a count added), KL both ways, the distance of Jensen and Shannon, Hellinger, total
 * variation, the largest difference of shares, and the largest gap at the borders. Three logarithms a cell, and PSI's.
 */
void modelDivergences(const double *a, const double *c, const int32_t *offsets, size_t features, double *out) {
  for (size_t f = 0; f < features; f++, out += 8) {
    const double *r = a + offsets[f], *w = c + offsets[f];
    const size_t cells = (size_t)(offsets[f + 1] - offsets[f]);
    double n = 0, m = 0, forward = 0, backward = 0, js = 0, roots = 0, variation = 0, most = 0, gap = 0, u = 0, v = 0;
    for (size_t i = 0; i < cells; i++) n += r[i], m += w[i];
    for (size_t i = 0; i < cells; i++) {
      const double p = r[i] / n, q = w[i] / m, middle = log((p + q) / 2);
      const double lnP = p > 0 ? log(p) : 0, lnQ = q > 0 ? log(q) : 0;
      if (p > 0) forward += q > 0 ? p * (lnP - lnQ) : INFINITY, js += p * (lnP - middle);
      if (q > 0) backward += p > 0 ? q * (lnQ - lnP) : INFINITY, js += q * (lnQ - middle);
      const double root = sqrt(p) - sqrt(q), apart = fabs(p - q);
      roots += root * root, variation += apart, most = most > apart ? most : apart;
      u += r[i], v += w[i];
      const double here = fabs(u / n - v / m);
      gap = gap > here ? gap : here;
    }
    out[0] = psi(r, w, cells), out[1] = forward, out[2] = backward;
    out[3] = sqrt(js > 0 ? js / (2 * M_LN2) : 0), out[4] = sqrt(roots / 2);
    out[5] = variation / 2, out[6] = most, out[7] = gap;
  }
}
