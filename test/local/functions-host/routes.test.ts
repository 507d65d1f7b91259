import { describe, expect, it } from "vitest";
import { bySpecificity, matchRoute, parseRoute } from "../../../local/functions-host/routes.ts";

describe("a route template", () => {
  it.each([
    ["api/links", "/api/links", {}],
    ["api/links", "/API/Links", {}],
    ["api/links", "/api/links/", {}],
    ["api/links", "/api/links/1", undefined],
    ["", "/", {}],
    ["links/{id}", "/links/abc", { id: "abc" }],
    ["links/{id}", "/links/a%20b", { id: "a b" }],
    ["links/{id}", "/links/a%2Fb", { id: "a%2Fb" }],
    ["links/{id}", "/links/%zz", undefined],
    ["links/{id}", "/links", undefined],
    ["links/{id}", "/links//", undefined],
    ["links/{id?}", "/links", {}],
    ["links/{id?}", "/links/7", { id: "7" }],
    ["links/{id:int}", "/links/7", { id: "7" }],
    ["links/{id:int}", "/links/seven", undefined],
    ["links/{id:guid?}", "/links", {}],
    ["files/{*rest}", "/files/a/b/c", { rest: "a/b/c" }],
    ["files/{*rest}", "/files", {}],
    ["{a}/x/{b}", "/1/x/2", { a: "1", b: "2" }],
  ])("%s at %s gives %j", (template, path, params) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(params);
  });

  it.each(["{a?}/b", "{*a}/b", "pre{a}", "{a:odd}", "{a"])("%s is refused", (template) => {
    expect(() => parseRoute(template)).toThrow(`the route "${template}"`);
  });

  it("is asked before a less specific one", () => {
    const order = ["{*rest}", "{a}/{b?}", "{a}", "{a:int}", "links/{id}", "links", "links/new"]
      .map(parseRoute)
      .sort(bySpecificity);
    expect(order.map((route) => route.text)).toEqual([
      "links",
      "links/new",
      "links/{id}",
      "{a:int}",
      "{a}",
      "{a}/{b?}",
      "{*rest}",
    ]);
  });
});
