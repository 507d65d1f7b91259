import { sha256 } from "../../domain/hash.ts";

/** The one style sheet of the console. It stands inside the page, and the page's policy allows this very text and nothing else. */
export const style = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1b1f24;--quiet:#57606a;--line:#d5dae0;--accent:#0b57d0;--ok:#1a7f37;--soon:#b35900;--late:#c4320a;--over:#a40e26;--note:#eaf1fd;--bad:#fdecec;--track:#e4e8ec}
@media (prefers-color-scheme:dark){:root{--ground:#12161b;--card:#1b2128;--ink:#e7ecf1;--quiet:#a3aeb9;--line:#343d47;--accent:#8ab4f8;--ok:#4ac26b;--soon:#e3a008;--late:#ff8a5c;--over:#ff7b86;--note:#17263d;--bad:#3b1a1f;--track:#2c343d}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-9999px}
.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:1}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;padding-top:16px;padding-bottom:12px}
header strong{font-size:17px}
header nav{display:flex;gap:16px;flex:1;white-space:nowrap}
.who{color:var(--quiet);font-size:13px}
h1{font-size:24px;line-height:1.25;margin:12px 0 4px}
h2{font-size:17px;margin:0 0 10px}
p{margin:0 0 10px}
.quiet{color:var(--quiet)}
.small{font-size:13px}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:16px;margin:16px 0}
.banner{border-left:4px solid var(--accent);background:var(--note);border-radius:4px;padding:10px 14px;margin:12px 0}
.banner.bad{border-color:var(--over);background:var(--bad)}
.banner p{margin:0}
.figures{display:flex;flex-wrap:wrap;gap:8px 28px;margin:12px 0 0;padding:0;list-style:none}
.figures b{font-size:22px;margin-right:6px;font-variant-numeric:tabular-nums}
.figures .bad b{color:var(--over)}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--quiet);font-size:13px;padding-bottom:6px}
th,td{text-align:left;vertical-align:top;padding:8px 12px 8px 0;border-top:1px solid var(--line)}
th{font-size:13px;font-weight:600;color:var(--quiet);border-top:0;white-space:nowrap}
tbody tr:first-child td{border-top:1px solid var(--line)}
td:last-child,th:last-child{padding-right:0}
.time{min-width:170px}
.bar{display:block;width:100%;max-width:260px;height:7px;margin:3px 0 4px;border-radius:4px;overflow:hidden}
.bar .track{fill:var(--track)}
.bar.ok .spent{fill:var(--ok)}
.bar.soon .spent{fill:var(--soon)}
.bar.late .spent{fill:var(--late)}
.bar.over .spent{fill:var(--over)}
.left{font-weight:600;white-space:nowrap}
.left.ok{color:var(--ok)}
.left.soon{color:var(--soon)}
.left.late{color:var(--late)}
.left.over{color:var(--over)}
.tag{display:inline-block;border:1px solid var(--line);border-radius:10px;padding:0 8px;font-size:12px;white-space:nowrap}
.tag.bad{border-color:var(--over);color:var(--over)}
.tag.good{border-color:var(--ok);color:var(--ok)}
form.filter{display:flex;flex-wrap:wrap;gap:10px;align-items:end;margin-bottom:14px}
input[type=search]{width:19em}
form.filter input,form.filter select,form.filter button{height:38px}
label{display:flex;flex-direction:column;gap:2px;font-size:13px;color:var(--quiet)}
label input,label select{font-size:15px;color:var(--ink)}
input,select,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--quiet);border-radius:6px;padding:6px 10px;min-height:36px;max-width:100%}
button{background:var(--accent);border-color:var(--accent);color:var(--card);font-weight:600;cursor:pointer}
button.danger{background:var(--over);border-color:var(--over)}
button.plain{background:transparent;color:var(--accent)}
.act{display:flex;flex-wrap:wrap;gap:10px;align-items:end;padding:12px 0;border-top:1px solid var(--line)}
.act:first-of-type{border-top:0;padding-top:0}
.act .what{flex:1 1 240px}
.act .what:empty{display:none}
.act .why{flex:2 1 220px}
.act .why input{width:100%}
.act p{margin:0}
dl{display:grid;grid-template-columns:170px 1fr;gap:6px 18px;margin:8px 0 0}
dt{color:var(--quiet)}
dd{margin:0}
ol.line{list-style:none;margin:0;padding:0 0 0 16px;border-left:2px solid var(--line)}
ol.line li{position:relative;padding:0 0 14px}
ol.line li::before{content:"";position:absolute;left:-22px;top:7px;width:10px;height:10px;border-radius:50%;background:var(--quiet)}
ol.line li.mark::before{background:var(--over)}
ol.line time{color:var(--quiet);font-size:13px;display:block}
code{font:13px ui-monospace,SFMono-Regular,Consolas,monospace;color:var(--quiet)}
code,td>time{white-space:nowrap}
.pages{display:flex;gap:16px;margin-top:12px}
footer{color:var(--quiet);font-size:13px;padding-top:4px;padding-bottom:32px}
@media (max-width:720px){
header,main,footer{padding-left:12px;padding-right:12px}
section{padding:12px}
thead{position:absolute;left:-9999px}
table,caption,tbody,tr,td{display:block}
header nav{flex:1 0 100%;order:1}
tr{border-top:1px solid var(--line);padding:8px 0}
td,tbody tr:first-child td{border:0;padding:2px 0}
td[data-label]::before{content:attr(data-label);display:block;color:var(--quiet);font-size:12px}
.bar{max-width:none}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:8px}
form.filter label,form.filter input,form.filter select,form.filter button,.act button{width:100%}
}
@media print{
:root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#000;--quiet:#444;--line:#bbb;--accent:#000}
body{font-size:11px}
header nav,.signout,form.filter,form.act,.noprint,.skip{display:none}
@page{margin:14mm}
th,.small,.who,caption,footer,ol.line time,code,.tag{font-size:10px}
.figures b{font-size:14px}
th,td{padding:4px 8px 4px 0}
td{min-width:60px}
.time{min-width:150px}
header,main,footer{max-width:none;padding-left:0;padding-right:0}
section{border:0;padding:0;margin:14px 0}
thead{display:table-header-group}
tr,li{break-inside:avoid}
.bar{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;

/** What a Content-Security-Policy names this sheet by. */
export const styleHash = `sha256-${Buffer.from(sha256(style), "hex").toString("base64")}`;
