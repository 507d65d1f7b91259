/** Rights: known roles by their right ids, no wildcards, and exactly the actions that the code calls. */
import type { BicepFile } from "../bicep-file.ts";
import { literalOf, possibleValues, propertiesOf, textsOf } from "../expression.ts";
import type { Product } from "../product.ts";
import { childrenOf, everyNode, findingAt, type Finding, type Node, type Rule } from "../syntax.ts";

/** Azure's built-in roles that we may use (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const builtIn: Readonly<Record<string, string>> = {
  keyvaultcryptoserviceencryptionuser: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  keyvaultsecretsuser: "4633458b-17de-408a-b874-0445c86b69e6",
  loganalyticscontributor: "92aaf0da-9dab-42b6-94a3-d43ce8d16293",
  loganalyticsreader: "73c42c96-874c-492b-b04d-ab87d138a893",
  monitoringmetricspublisher: "3913510d-42f4-4e42-8a64-420c390055eb",
  monitoringreader: "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  storageblobdatacontributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  storageblobdataowner: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  storagequeuedatacontributor: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  storagequeuedatamessagesender: "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
  storagetabledatacontributor: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const checkRoles = (files: readonly BicepFile[], product: Product): readonly Finding[] => [
  ...files.flatMap(checkRoleIds),
  ...files.flatMap(checkWildcards),
  ...files.flatMap(checkObserve),
  ...checkActions(files, product),
];

const say = (file: BicepFile, node: Node, about: { readonly rule: Rule; readonly message: string }): Finding =>
  findingAt(file.path, node, about);

/** An id stands under the name of its role: as a property, or as a variable. */
const checkRoleIds = (file: BicepFile): readonly Finding[] =>
  [...everyNode(file.root)]
    .filter((node) => guid.test(literalOf(node) ?? ""))
    .flatMap((node) => {
      const name = nameOver(node);
      const wanted = builtIn[name.toLowerCase()];
      if (wanted === literalOf(node)?.toLowerCase()) return [];
      const message = wanted === undefined ? `'${name}' is no built-in role we know` : `'${name}' is the role ${wanted}`;
      return [say(file, node, { rule: "roles", message })];
    });

function nameOver(node: Node): string {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === "object_property" || at.type === "variable_declaration") return childrenOf(at)[0]?.text.replaceAll("'", "") ?? "";
  }
  return "";
}

interface Action {
  readonly action: string;
  readonly node: Node;
  readonly file: BicepFile;
}

const rightsNames = /^(actions|dataActions)$/;

/** Every action that any role grants: in role definitions, and in the lists that they are made of. */
const actionsIn = (file: BicepFile): readonly Action[] => {
  const lists = [...everyNode(file.root)]
    .filter(({ type }) => type === "object")
    .flatMap((object) => propertiesOf(object).filter(({ key = "" }) => rightsNames.test(key)))
    .map(({ value }) => value);
  const variables = [...file.variables].filter(([name]) => name.endsWith("Actions")).map(([, value]) => value);
  return [...lists, ...variables].flatMap((list) => textsOf(list, file).map(({ text, node }) => ({ action: text, node, file })));
};

const checkWildcards = (file: BicepFile): readonly Finding[] =>
  actionsIn(file)
    .filter(({ action }) => action.includes("*"))
    .map(({ action, node }) => say(file, node, { rule: "wildcards", message: `'${action}' grants what nobody listed` }));

/** Which actions belong into which list: where nothing is enforced, only the reader's role exists, and it must do. */
const belongs: Readonly<Record<string, RegExp>> = {
  linkSecretsReader: /\/read$|\/get\w+\/action$/i,
  linkRevoker: /\/delete\w+\/action$/i,
  endSessionsActions: /\/disconnect\w+\/action$/i,
};

function checkObserve(file: BicepFile): readonly Finding[] {
  const wrong = Object.entries(belongs).flatMap(([name, right]) => {
    const list = file.variables.get(name);
    const actions = list ? [...actionsUnder(list, file), ...textsOf(list, file)] : [];
    return actions.filter(({ text }) => !right.test(text) && !text.includes("*")).map((action) => ({ ...action, name }));
  });
  const unconditional = file.resources.filter(
    ({ type, node }) =>
      /\/role(Definitions|Assignments)$/.test(type) &&
      /\blinkRevoker\b/.test(node.text) &&
      node.descendantsOfType("if_statement").length === 0,
  );
  return [
    ...wrong.map(({ text, node, name }) => say(file, node, { rule: "actions", message: `'${text}' does not belong into ${name}` })),
    ...unconditional.map(({ node }) => say(file, node, { rule: "actions", message: "the revoker's role must depend on the mode" })),
  ];
}

const actionsUnder = (object: Node, file: BicepFile) =>
  possibleValues(object, file).flatMap((value) =>
    propertiesOf(value)
      .filter(({ key = "" }) => rightsNames.test(key))
      .flatMap(({ value: list }) => textsOf(list, file)),
  );

function checkActions(files: readonly BicepFile[], { actions }: Product): readonly Finding[] {
  const granted = files.flatMap(actionsIn).filter(({ action }) => !action.includes("*"));
  const excess = granted.filter(({ action }) => !actions.has(action.toLowerCase()));
  const missing = [...actions].filter(([action]) => !granted.some((one) => one.action.toLowerCase() === action));
  const home = files.find(({ variables }) => variables.has("linkSecretsReader")) ?? files[0];
  return [
    ...excess.map(({ action, node, file }) => say(file, node, { rule: "actions", message: `no code calls '${action}'` })),
    ...(home
      ? missing.map(([action, path]) =>
          say(home, home.root, { rule: "actions", message: `${path} calls '${action}', which no role grants` }),
        )
      : []),
  ];
}
