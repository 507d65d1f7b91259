import { expect, test } from "vitest";
import { markup } from "../../../../src/core/render/text/safe-html.ts";

test("text in a gap is escaped, for elements and for quoted attributes", () => {
  const name = `<img src=x onerror="alert('1')"> & Söhne`;
  expect(markup`<p title="${name}">${name}</p>`.html).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Söhne">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Söhne</p>',
  );
});

test("markup goes into markup as it is, one or many, and numbers are digits", () => {
  const items = [1, 2].map((number) => markup`<li>${number}</li>`);
  expect(markup`<ul>${items}</ul>${markup`<hr>`}`.html).toBe("<ul><li>1</li><li>2</li></ul><hr>");
});

test("text that looks escaped is text", () => {
  expect(markup`<p>${"&amp;"}</p>`.html).toBe("<p>&amp;amp;</p>");
});
