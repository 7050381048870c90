/**
 * Edge Caption's HTTP service, as it runs on Cloudflare Workers.
 *
 * @module
 */

import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { captionUpload, captionUrl } from "./caption/index.ts";
import type { Environment } from "./environment.ts";
import { health } from "./health/index.ts";
import { logRequests } from "./log.ts";
import { answerProblem, listProblems, refuseMethod, refusePath } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import { provideSettings } from "./settings.ts";

const app = new Hono<Environment>();

app.use(requestId());
app.use(logRequests);
app.use(securityHeaders);
app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));

app.get("/health", health);
app.get("/problems", listProblems);

app.use(provideSettings);
app.get("/caption", captionUrl);
app.post("/caption", captionUpload);

app.notFound(refusePath);
app.onError((error, c) => answerProblem(error, c));

export default app;
