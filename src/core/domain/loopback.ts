const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL's host is this very machine: the one place to which tokens and alerts may go without TLS. */
export const isLoopbackHost = (hostname: string): boolean => loopback.test(hostname);
