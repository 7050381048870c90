/**
 * Edge Caption's HTTP service, as it runs on Cloudflare Workers.
 *
 * @module
 */

import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { refuseItself, requireAccess } from "./access/index.ts";
import { sayCacheStatus } from "./answers/cache-status.ts";
import { captionByUpload, captionByUrl } from "./caption/index.ts";
import { captionMany } from "./captions/index.ts";
import { allowOrigins } from "./cors.ts";
import { serveDemo } from "./demo/index.ts";
import type { Environment } from "./environment.ts";
import { health } from "./health/index.ts";
import { logRequests } from "./log.ts";
import { manifest } from "./manifest/index.ts";
import { openApi } from "./openapi/index.ts";
import { answerProblem, listProblems, refuseMethod, refusePath } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import { provideSettings } from "./settings.ts";

const app = new Hono<Environment>();

app.use(requestId());
app.use(logRequests);
app.use(securityHeaders);
app.use(provideSettings);
app.use(allowOrigins);
app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));

app.use("/caption", sayCacheStatus, refuseItself, requireAccess);
app.use("/captions", sayCacheStatus, refuseItself, requireAccess);
app.get("/caption", captionByUrl);
app.post("/caption", captionByUpload);
app.post("/captions", captionMany);
app.get("/model", manifest);
app.get("/health", health);
app.get("/problems", listProblems);
app.get("/openapi.json", openApi);
serveDemo(app);

app.notFound(refusePath);
app.onError((error, c) => answerProblem(error, c));

export default app;
