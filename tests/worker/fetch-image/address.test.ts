import { describe, expect, test } from "vitest";
import { checkTarget } from "../../../worker/fetch-image/target.ts";

/** The code that the guard refuses a URL with, or where it would fetch from. */
function guard(address: string): string {
  try {
    return checkTarget(new URL(address), []).url.href;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const privateHosts: Record<string, readonly string[]> = {
  "this machine": ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "[::1]", "[::]"],
  "spellings of 127.0.0.1": [
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7F.0x0.0x0.0x1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "127.0.0.1.",
    "127.0.0.0x1",
    "１２７.０.０.１",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "127.0.0.①",
    "0",
    "0x",
  ],
  "spellings of ::1": ["[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::0.0.0.1]"],
  "private networks": [
    "10.0.0.0",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "[fc00::1]",
    "[fdff:ffff::1]",
    "167772161",
    "0xa9fea9fe",
  ],
  "link-local": ["169.254.0.1", "169.254.169.254", "[fe80::1]", "[febf::1]", "[fec0::1]"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.254", "100.100.100.200"],
  multicast: ["224.0.0.1", "239.255.255.255", "[ff02::1]", "[ff0e::1]"],
  reserved: [
    "240.0.0.1",
    "255.255.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "198.18.0.1",
    "198.19.255.255",
    "192.88.99.1",
    "[100::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[5f00::1]",
    "[4000::1]",
    "[1000::1]",
  ],
  documentation: [
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.255",
    "[2001:db8::1]",
    "[2001:db8:ffff::1]",
    "[3fff::1]",
    "[3fff:fff::1]",
  ],
  "IPv4 inside IPv6, private or not": [
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:8.8.8.8]",
    "[::127.0.0.1]",
    "[::8.8.8.8]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::808:808]",
    "[64:ff9b:1::10.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:808:808::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
  ],
  "names of this machine": [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "photos.localhost",
    "localhost.localdomain",
    "ip6-localhost",
    "loopback",
  ],
  "names in its network": [
    "intranet",
    "printer",
    "nas.local",
    "nas.local.",
    "db.internal",
    "wiki.intranet",
    "router.lan",
    "router.home",
    "router.home.arpa",
    "git.corp",
    "app.test",
    "1.0.0.127.in-addr.arpa",
    "facebookcorewwwi.onion",
  ],
  "metadata services": [
    "metadata",
    "metadata.google.internal",
    "metadata.goog.internal",
    "instance-data.ec2.internal",
    "168.63.129.16",
    "[fd00:ec2::254]",
  ],
};

describe.each(Object.entries(privateHosts))("refuses %s", (_, hosts) => {
  test.each(hosts)("http://%s/", (host) => {
    expect(guard(`http://${host}/`)).toBe("private_address");
  });

  test.each(hosts)("https://%s:8443/", (host) => {
    expect(guard(`https://${host}:8443/`)).toBe("private_address");
  });
});

describe("lets the nearest public neighbours through", () => {
  test.each([
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "203.0.114.0",
    "223.255.255.255",
    "168.63.129.15",
    "134744072",
    "[2606:4700:4700::1111]",
    "[2001:4860:4860::8888]",
    "[2001:db7::1]",
    "[2003::1]",
    "[2a00:1450::1]",
    "example.com",
    "EXAMPLE.com.",
    "localhost.example.com",
    "internal.example.com",
    "mylocalhost.com",
    "notlocal.org",
    "127.0.0.1.example.com",
    "xn--bcher-kva.example",
    "home-arpa.com",
  ])("http://%s/", (host) => {
    const { href } = new URL(`http://${host}/`);
    expect(guard(href)).toBe(href);
  });
});

describe("ports", () => {
  test.each([1, 21, 22, 25, 79, 81, 110, 442, 444, 587, 993, 1023])("refuses %i", (port) => {
    expect(guard(`http://example.com:${port}/`)).toBe("forbidden_port");
  });

  test.each([80, 443, 1024, 8080, 65535])("allows %i", (port) => {
    expect(guard(`http://example.com:${port}/`)).toMatch(/^http:\/\/example.com/);
  });
});

describe("schemes and credentials", () => {
  test.each([
    "ftp://example.com/a.jpg",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "gopher://example.com/",
    "blob:https://example.com/1",
    "ws://example.com/",
  ])("refuses %s", (url) => {
    expect(guard(url)).toBe("unsupported_scheme");
  });

  test.each([
    "http://user@example.com/",
    "http://user:pass@example.com/",
    "http://:pass@example.com/",
    "http://example.com@127.0.0.1/",
  ])("refuses %s", (url) => {
    expect(guard(url)).toBe("credentials_in_url");
  });
});
