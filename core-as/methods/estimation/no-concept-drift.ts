/** Goes with every estimate that is shown, of whatever task. */
export const noConceptDrift =
  "Estimated without labels: valid only as long as the relation between features and labels is the reference's " +
  "(no concept drift).";
