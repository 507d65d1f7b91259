import { fc } from "../../fast-check.ts";

/** What somebody might call a machine, a group or an app to make the card say something else. */
export const hostileNames = [
  "[click](https://evil.example)",
  "<at>everyone</at>",
  "{{DATE(2026-01-01)}}",
  "${token} @{triggerBody()}",
  "vm-\u202Egnp.exe\u2066\u200Bx",
  "# headline\n\n- item **bold** _it_ `code`",
  "![x](https://evil.example/pixel.png)",
  "<https://evil.example> <img src=x onerror=alert(1)><script>alert(1)</script>",
  "www.evil.example and evil.com/path?q=1 //evil.com \\\\evil.com\\share",
  "mailto:ceo@evil.com javascript:alert(1) ftp://evil.com",
  "evil。com evil．com ｅvil｡com xn--e1afmkfd.xn--p1ai",
  "jane@evil.com/login a@b.com.evil.com:8080/x",
  "\u0000\u0007\u001b[31mred\r\nSeverity: low",
  "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "\uD800 lone \uDC00",
  "👩‍👩‍👧‍👦".repeat(30),
  "",
  "   \u3164\u2800  ",
] as const;

const fragment = fc.oneof(
  fc.constantFrom(
    ...hostileNames,
    "https://",
    "http:",
    "//",
    ".",
    ".com",
    "evil",
    "@",
    "{",
    "{{",
    "$",
    "<",
    "at>",
    "localhost",
    "203.0.113.7",
    "/",
    "mailto:",
    " ",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** Any text at all, with a taste for what clients turn into links, mentions and templates. */
export const hostileText = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(""));
