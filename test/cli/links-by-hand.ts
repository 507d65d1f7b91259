const query = "resources | where type =~ 'microsoft.network/bastionhosts' | project id | order by id asc";

interface Page {
  readonly data?: readonly { readonly id: string }[];
  readonly value?: readonly { readonly bsl: string }[];
  readonly nextLink?: string;
  readonly $skipToken?: string;
}

/**
 * The tokens of every open link, found the way people do it in scripts: Resource Graph for the bastions, then `getShareableLinks` on each, by plain
 * `fetch`. Nothing of the product is used, so that both can only agree by being right.
 */
export async function linksByHand(url: string, token: string): Promise<readonly string[]> {
  const ask = async (method: string, target: string, body?: object): Promise<Page> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(target, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${target}: ${answer.status}`);
    return (await answer.json()) as Page;
  };
  const bastions: string[] = [];
  for (let options = {}; ;) {
    const page = await ask(
      "POST",
      `${url}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`,
      { query, options },
    );
    bastions.push(...(page.data ?? []).map(({ id }) => id));
    if (page.$skipToken === undefined) break;
    options = { $skipToken: page.$skipToken };
  }
  const tokens: string[] = [];
  for (const bastion of bastions) {
    let page = await ask("POST", `${url}${bastion}/getShareableLinks?api-version=2024-05-01`, {});
    for (;;) {
      tokens.push(...(page.value ?? []).map(({ bsl }) => bsl.slice(bsl.lastIndexOf("/") + 1)));
      if (page.nextLink === undefined) break;
      page = await ask("GET", page.nextLink);
    }
  }
  return tokens;
}
