#!/bin/sh
# Checks an export of the ledger against downloaded anchors, without the watchdog: docs/ledger.md says what each check is.
# sh check-ledger.sh ledger.jsonl anchors      0: it holds, 2: it does not, 3: not everything could be compared
set -eu
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkdir "$work/facts"
hashes() { (cd "$1" && find . -type f | sed 's|^\./||' | sort -n | xargs -r sha256sum); }

# Each line as it was hashed, and beside it what it says: line, ledger, seq, at, prevHash, hash, and the anchor that it is about.
awk -v dir="$work/facts" '{ sub(/\r$/, "") } /[^ ]/ {
  if (!match($0, /,"partition":"[^"]*","prevHash":"[0-9a-f]*","hash":"[0-9a-f]*"[}]$/)) { print NR; next }
  fact = substr($0, 1, RSTART - 1) "}"; split(substr($0, RSTART), end, "\"")
  printf "%s%s", end[8], fact > (dir "/" NR); close(dir "/" NR)
  seq = match(fact, /,"seq":[0-9]+[}]$/) ? substr(fact, RSTART + 7) + 0 : -1
  at = match(fact, /[{,]"at":[0-9]+/) ? substr(fact, RSTART + 6, RLENGTH - 6) : 0
  about = match(fact, /"data":[{]"blob":"anchors\/[0-9]+\.json","hash":"[0-9a-f]+",[^}]*[}],"kind":"anchored"/)
  if (about) split(substr(fact, RSTART), anchor, "\"")
  print NR "\t" end[4] "\t" seq "\t" at "\t" end[8] "\t" end[12] "\t" (about ? substr(anchor[6], 9) + 0 "\t" anchor[10] : "\t")
}' "$1" > "$work/index"
hashes "$work/facts" > "$work/fact-hashes"
hashes "$2" > "$work/anchor-hashes"

awk -v work="$work" -v folder="$2" -v now="$(date -u +%Y-%m-%dT%H:%M:%S.000Z)" '
function bad(text) { print text; code = 2 }
function gap(text) { print text; if (!code) code = 3 }
function ms(t,  y, m) {
  y = substr(t, 1, 4) + 0; m = substr(t, 6, 2) + 0; if (m < 3) { y--; m += 12 }
  y = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + substr(t, 9, 2) - 719469
  return ((y * 24 + substr(t, 12, 2)) * 60 + substr(t, 15, 2)) * 60000 + substr(t, 18, 2) * 1000 + substr(t, 21, 3)
}
function seen(p, seq, hash, from) { c[p]++; S[p, c[p]] = seq; H[p, c[p]] = hash; F[p, c[p]] = from; U[p, c[p]] = from }
function readAnchor(file, n,  line, part, said) {
  said["at"] = said["number"] = ""; heads = objected = 0
  while ((getline line < file) > 0) {
    split(line, part, "\"")
    if (line ~ /^ "number": [0-9]+,$/) said["number"] = substr(part[3], 3) + 0
    else if (line ~ /^ "(at|previous)": "[^"]*",$/) said[part[2]] = part[4]
    else if (line ~ /^ "all": true,$/) said["all"] = 1
    else if (line ~ /^  [{]"partition":"[^"]*","seq":[0-9]+,"hash":"[0-9a-f]*"[}],?$/) head[++heads] = part[4] "\t" substr(part[7], 2) + 0 "\t" part[10]
    else if (line ~ /^  [{]"reason":/) objected++
  }
  close(file)
  if (said["number"] != n || said["at"] == "") { bad("anchor " n " is no anchor, or another one"); return }
  if (n == 1 ? said["previous"] != "" : (n - 1) in H0 && said["previous"] != H0[n - 1]) { bad("anchor " n " does not follow the one before"); return }
  said["at"] = ms(said["at"])
  if (said["at"] < before - 120000 || said["at"] > ms(now) + 120000) { bad("anchor " n " is dated where it cannot be"); return }
  if (objected) bad("anchor " n " records " objected " objections")
  testify(n, said["at"], said["all"]); before = said["at"]
}
function testify(n, at, all,  i, part, p, named) {
  for (i = 1; i <= heads; i++) {
    split(head[i], part, "\t"); p = part[1]; named[p] = 1
    if (!(p in c) && whole) { seen(p, 0, "", whole); U[p, 1] = before }
    if ((p in c) && S[p, c[p]] == part[2] && H[p, c[p]] == part[3]) continue
    if (p in c) U[p, c[p]] = before
    seen(p, part[2] + 0, part[3], at)
  }
  if (all) for (p in c) if (!(p in named)) bad("anchor " n " does not know the ledger of " p " any more")
  if (all && !whole) whole = at
}
BEGIN {
  FS = "\t"
  while ((getline line < (work "/anchor-hashes")) > 0) {
    name = substr(line, 67); n = name + 0
    if (name !~ /^[1-9][0-9]*\.json$/) { bad(name " is no anchor"); continue }
    if (!first) { first = n; if (n > 1) gap("the anchors begin with " n) }
    else if (n != last + 1) bad("anchors from " last + 1 " to " n - 1 " are missing")
    H0[n] = substr(line, 1, 64); last = n; readAnchor(folder "/" name, n)
  }
  if (!first) gap("there are no anchors")
  for (p in c) U[p, c[p]] = before
  while ((getline line < (work "/fact-hashes")) > 0) computed[substr(line, 67)] = substr(line, 1, 64)
  while ((getline < (work "/index")) > 0) {
    p = $2; seq = $3 + 0; lines++
    if (NF < 2) { bad("line " $1 " is no fact"); continue }
    if (!(p in c) && whole) { seen(p, 0, "", whole); U[p, 1] = before }
    if (!(p in end) && $5 != "") gap("the ledger of " p " begins with fact " seq)
    if (!(p in end)) begin[p] = seq
    else if ($5 != end[p]) bad("line " $1 ": something is missing before fact " seq)
    if (computed[$1] != $6) bad("line " $1 ": fact " seq " was altered")
    if (p in end && seq <= at[p]) bad("line " $1 ": fact " seq " stands behind fact " at[p])
    for (i = 1; i <= c[p]; i++)
      if (S[p, i] < seq ? $4 + 0 < U[p, i] - 600000 : $4 + 0 > F[p, i] + 600000) { bad("line " $1 ": fact " seq " is dated where it cannot be"); break }
    end[p] = $6; at[p] = seq; fact[p, seq] = $6
    if ($7 != "") noted[$7 "\t" $8]
  }
  if (!lines) gap("there are no facts")
  for (p in c) if (!(p in end)) { if (S[p, c[p]] > 0) gap("the ledger of " p " is not in the file") }
  else for (i = 1; i <= c[p]; i++) if (S[p, i] >= begin[p] && fact[p, S[p, i]] != H[p, i]) { bad("fact " S[p, i] " of " p " is not the one that an anchor knows"); break }
  for (name in noted) {
    split(name, part, "\t"); n = part[1] + 0
    if (n in H0 ? H0[n] != part[2] : n > last) bad("anchor " n " is not the one that a fact speaks of")
  }
  for (p in end) print "ledger of " p " ends with fact " at[p] ", " end[p]
  if (last) print "newest anchor " last ", " H0[last]
  exit code
}' /dev/null
