import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

/** Type-checked rules where the types are; the house's small numbers (CONTRIBUTING.md) as limits. */
export default tseslint.config(
  { ignores: ["dist/", "coverage/", ".local/", "node_modules/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      complexity: ["error", 10],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 3],
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "TSAsExpression[typeAnnotation.typeName.name='LinkId']",
          message: "A link's id is made and parsed in one place: src/core/domain/links/link.ts.",
        },
      ],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    /** Chosen knowingly, in this one file: docs/adr/0007-the-logs-package-and-its-successor.md. */
    files: ["src/azure/log-analytics/workspace.ts"],
    rules: {
      "@typescript-eslint/no-deprecated": [
        "error",
        { allow: [{ from: "package", package: "@azure/monitor-query", name: "LogsQueryClient" }] },
      ],
    },
  },
  {
    /** Whatever the core exports, and each method of a port, has its sentence; one that only repeats the name is none. */
    files: ["src/core/**"],
    plugins: { jsdoc },
    rules: {
      "jsdoc/informative-docs": "error",
      "jsdoc/require-jsdoc": [
        "error",
        {
          publicOnly: true,
          enableFixer: false,
          require: { ClassDeclaration: true, FunctionDeclaration: true },
          contexts: [
            "TSInterfaceDeclaration",
            "TSTypeAliasDeclaration",
            "ExportNamedDeclaration > VariableDeclaration",
            "TSMethodSignature",
          ],
        },
      ],
    },
  },
  { files: ["local/**", "infra/**", "src/cli/**", "src/main.ts"], rules: { "no-console": "off" } },
  {
    files: ["test/**", "bench/**"],
    rules: { "max-lines-per-function": "off", "max-params": ["error", 4], "no-console": "off" },
  },
);
