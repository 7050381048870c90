// Asks a service, here a stand-in of a few lines, for captions.
import { createServer } from "node:http";
import { CaptionError, createClient } from "edge-caption/client";

const answers = {
  "/caption": (response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ caption: "A dog runs." }));
  },
  "/captions": (response) => {
    response.setHeader("Content-Type", "application/x-ndjson");
    response.end('{"index":1,"status":200}\n{"index":0,"status":415}\n');
  },
  "/model": (response) => {
    response.statusCode = 503;
    response.setHeader("Content-Type", "application/problem+json");
    response.end(JSON.stringify({ code: "model_unavailable", detail: "No.", status: 503 }));
  },
};
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  answers[pathname](response);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const client = createClient({ baseUrl: `http://127.0.0.1:${server.address().port}` });
const { caption } = await client.caption("https://example.com/photo.jpg", { beam: 3 });
const lines = [];
for await (const { index } of client.captions(["https://a.example", "https://b.example"])) {
  lines.push(index);
}
const refused = await client.model().catch((error) => error);
server.close();

console.log(
  JSON.stringify({ caption, lines, code: refused instanceof CaptionError && refused.code }),
);
