/** What a verdict's marks mean, in a sentence each; the marks themselves are stable (domain/check.ts). */
export const markWords: Record<string, string> = {
  "assumes-independent-rows":
    "The reference has no chunks of this length: rows are taken as independent and the gates are doubled.",
  "reference-limited": "The reference is small for so many rows: only as many were judged as it can carry.",
  "longer-reference-needed":
    "Neighbouring chunks of the reference resemble each other: a longer reference would say more.",
  extrapolated: "The level lies beyond what so few chunks have shown: the tail is extrapolated.",
  tail: "Too few simulated draws came close: the tail is fitted.",
  simulated: "The sampling null was simulated for these counts, with the check's seed.",
  exact: "The sampling null is exact for these counts.",
};
