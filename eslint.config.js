import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import typescript from "typescript-eslint";

/** Transcendentals differ between engines in the last bits: in the core they come from the kernel only. */
const inexact = ["log", "log2", "log10", "log1p", "exp", "expm1", "pow", "cbrt", "hypot"].concat([
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "atan2",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
]);

export default typescript.config(
  { ignores: ["**/build/", "node_modules/", ".svelte-kit/", ".state/", "**/.wrangler/", "dist/"] },
  js.configs.recommended,
  ...typescript.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    rules: {
      "no-undef": "off", // the type checker knows better
      "prefer-const": "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/no-unused-expressions": ["error", { allowShortCircuit: true, allowTernary: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: {
      "svelte/no-navigation-without-resolve": "off",
      // Props are destructured together, bindable ones among them.
      "prefer-const": ["error", { destructuring: "all" }],
      // Plain sets and addresses inside modules are no reactive state.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    files: ["core-as/**/*.ts"],
    ignores: ["core-as/twin/**", "core-as/assembly/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...inexact.map((property) => ({
          object: "Math",
          property,
          message: "differs between engines: take it from the kernel",
        })),
        { object: "Math", property: "random", message: "pass a seed in" },
        { object: "Date", property: "now", message: "pass the time in" },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "BinaryExpression[operator='**']", message: "differs between engines: multiply" },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "pass the time in" },
      ],
    },
  },
  {
    // AssemblyScript reads like TypeScript; its compiler checks the types.
    files: ["core-as/assembly/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-vars": "off",
      "no-loss-of-precision": "off",
      "prefer-const": "off",
    },
  },
);
