import { type AddressInfo, createServer, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { exampleImage } from "../images.ts";
import { dnsAnswer, type Zone } from "./resolver.ts";

/** A web server whose paths behave badly in different ways. */
export interface HostileOrigin {
  readonly port: number;
  /** The requests so far, as `host/path`. */
  readonly requests: string[];
  /** Number of open connections; a client that gives up must close its own. */
  openConnections(): number;
  close(): Promise<void>;
}

interface Asked {
  readonly host: string;
  readonly url: URL;
}

type Answer = (socket: Socket, asked: Asked) => void;

/**
 * Listens on the loopback address.
 *
 * @param zone - the answers of `/dns-query`, if it is also the resolver.
 */
export async function startHostileOrigin(zone: Zone = {}): Promise<HostileOrigin> {
  const paths: Readonly<Record<string, Answer>> = {
    ...answers(Buffer.from(await exampleImage("chelsea.jpg"))),
    "/dns-query": (socket, { url }) => {
      if (url.searchParams.get("name")?.startsWith("silent.")) return;
      const headers = { "Content-Type": "application/dns-json" };
      respond(socket, "200 OK", headers, dnsAnswer(zone, url));
    },
  };
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let head = "";
    socket.on("data", (data) => {
      head += data.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      const asked = parseHead(head);
      head = "";
      requests.push(`${asked.host}${asked.url.pathname}`);
      const answer = paths[asked.url.pathname];
      if (answer) answer(socket, asked);
      else respond(socket, "404 Not Found", {}, "nothing here");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    openConnections: () => sockets.size,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function parseHead(head: string): Asked {
  const path = /^[A-Z]+ (\S+)/.exec(head)?.[1] ?? "/";
  const host = /^host: *(\S+)/im.exec(head)?.[1] ?? "";
  return { host, url: new URL(path, `http://${host}`) };
}

function respond(
  socket: Socket,
  status: string,
  headers: Readonly<Record<string, string | number>>,
  body: string | Uint8Array,
): void {
  const all = { "Content-Length": Buffer.byteLength(body), Connection: "close", ...headers };
  socket.write(headLines(status, all));
  socket.end(body);
}

function headLines(status: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`;
}

/** Sends bytes until the connection is closed. */
function pour(socket: Socket): void {
  const chunk = Buffer.alloc(1 << 16, 0xff);
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
}

/** Returns the behaviour of each path. */
function answers(photo: Buffer): Readonly<Record<string, Answer>> {
  const ok = (headers: Record<string, string | number>, body: string | Uint8Array): Answer => {
    return (socket) => respond(socket, "200 OK", headers, body);
  };
  const status =
    (line: string, headers = {}): Answer =>
    (socket) =>
      respond(socket, line, headers, "x");
  return {
    "/cat.jpg": ok({ "Content-Type": "image/jpeg" }, photo),
    "/slow.jpg": (socket) =>
      setTimeout(() => respond(socket, "200 OK", { "Content-Type": "image/jpeg" }, photo), 1500),
    "/chatty": ok({ "Set-Cookie": "spy=1", "X-Evil": "1", Link: "</x>; rel=preload" }, photo),

    "/photo-as-html": ok({ "Content-Type": "text/html" }, photo),
    "/html-as-photo": ok({ "Content-Type": "image/jpeg" }, "<!doctype html><p>hello"),
    "/svg-as-png": ok({ "Content-Type": "image/png" }, "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "/empty": ok({ "Content-Type": "image/jpeg" }, ""),
    "/truncated": ok({}, photo.subarray(0, 20_000)),
    "/corrupt": ok({}, Buffer.from(photo).fill(0xff, 600, 30_000)),

    "/declares-too-much": ok({ "Content-Length": 1e9 }, photo),
    "/declares-more-and-closes": ok({ "Content-Length": photo.length + 1000 }, photo),
    "/declares-less": ok({ "Content-Length": 20_000 }, photo),
    "/bomb": ok({ "Content-Encoding": "gzip" }, gzipSync(Buffer.alloc(64 << 20))),
    "/brotli-bomb": ok({ "Content-Encoding": "br" }, brotliCompressSync(Buffer.alloc(64 << 20))),
    "/false-gzip": ok({ "Content-Encoding": "gzip" }, photo),
    "/deflate": ok({ "Content-Encoding": "deflate" }, deflateSync(photo)),
    "/zstd": ok({ "Content-Encoding": "zstd" }, photo),
    "/203": (socket) => respond(socket, "203 Non-Authoritative Information", {}, photo),
    "/206-whole": (socket) => {
      const range = `bytes 0-${photo.length - 1}/${photo.length}`;
      respond(socket, "206 Partial Content", { "Content-Range": range }, photo);
    },
    "/endless": (socket) => {
      socket.write(headLines("200 OK", { "Content-Type": "image/jpeg" }));
      pour(socket);
    },
    "/endless-redirect": (socket) => {
      socket.write(headLines("302 Found", { Location: "/cat.jpg" }));
      pour(socket);
    },

    "/silent": () => undefined,
    "/stalls": (socket) => socket.write(headLines("200 OK", { "Content-Length": 1000 })),
    "/drips": (socket) => {
      socket.write(headLines("200 OK", { "Content-Length": photo.length }));
      let sent = 0;
      const timer = setInterval(() => socket.write(photo.subarray(sent, ++sent)), 50);
      socket.on("close", () => clearInterval(timer));
    },
    "/drips-headers": (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket.write("X-Wait: a little longer\r\n"), 50);
      socket.on("close", () => clearInterval(timer));
    },
    "/closes": (socket) => socket.destroy(),
    "/not-http": (socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"),

    "/404": status("404 Not Found"),
    "/500": status("500 Oops"),
    "/204": (socket) => socket.end(headLines("204 No Content", { Connection: "close" })),
    "/206": status("206 Partial Content", { "Content-Range": "bytes 0-0/9" }),
    "/300": status("300 Multiple Choices", { Location: "/cat.jpg" }),

    "/to": (socket, { url }) =>
      status("302 Found", { Location: url.searchParams.get("location") ?? "" })(socket, {
        host: "",
        url,
      }),
    "/nowhere": status("302 Found"),
    "/loop": status("301 Moved", { Location: "/loop" }),
    "/ping": status("307 Moved", { Location: "/pong" }),
    "/pong": status("308 Moved", { Location: "/ping" }),
    "/hops": (socket, { url }) => {
      const left = Number(url.searchParams.get("n"));
      const location = left > 1 ? `/hops?n=${left - 1}` : "cat.jpg";
      respond(socket, "303 See Other", { Location: location }, "");
    },
  };
}
