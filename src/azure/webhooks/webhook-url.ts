import { BlockList, isIP } from "node:net";
import { isLoopbackHost } from "../../core/domain/loopback.ts";

/**
 * Addresses that are this machine, this network or Azure's own plumbing: an alert has no business there. One list for each family,
 * because a rule about mapped addresses would match every IPv4 address, too.
 */
const inner4 = new BlockList();
const inner6 = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  inner4.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 96],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 16],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const) {
  inner6.addSubnet(network, prefix, "ipv6");
}

const innerName = /^[^.]+\.?$|\.(internal|local|localhost|localdomain|lan|home\.arpa)\.?$/;

/** Whether the address is one of the local stack: http, or https, on this very machine. */
export const isLoopbackUrl = (text: string): boolean =>
  URL.canParse(text) && isLoopbackHost(new URL(text).hostname);

/**
 * What is wrong with a webhook's address, without repeating it; undefined when events may be sent there. What a public-looking name
 * resolves to is not judged: a receiver in the same virtual network has a private address with good reason, names can change what
 * they point to between a check and its use, and the address comes from the configuration, not from a stranger.
 */
export function checkWebhookUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not a URL";
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== "" || password !== "") return "must not carry a user name or password";
  if (hash !== "") return "must not carry a fragment: it is never sent";
  if (isLoopbackHost(hostname))
    return protocol === "https:" || protocol === "http:" ? undefined : "must begin with https:// or http://";
  if (protocol !== "https:") return "must begin with https://";
  return isInner(hostname)
    ? "must not be a loopback, private or Azure-internal address: use the receiver's host name"
    : undefined;
}

function isInner(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(address);
  if (family === 0) return innerName.test(hostname);
  return family === 4 ? inner4.check(address, "ipv4") : inner6.check(address, "ipv6");
}
