// Runs what cells export: one process for the functions of a notebook, begun anew when a cell changes.
//
// A line of JSON asks:  {"id", "file", "name", "arguments": [{"json"} | {"callback"} | {"client": {…}}]}
// Lines of JSON answer: {"id", "printed"}, {"id", "called", "given"}, and at the end one with "value" or "raised".
//
// What learners mean by accident stays inside: what they print is no answer, no request leaves for another host than the
// client's, and a failure that nobody handled is said to be one. It is no wall: the grader puts one around this process.
//
// Nor is what a learner's code changes in Node believed here. What the language is made of is frozen (Node's
// --frozen-intrinsics), and what Node has besides is taken before any of that code runs: `writeSync`, not `fs.writeSync`.
import Anthropic from "@anthropic-ai/sdk";
import diagnostics from "node:diagnostics_channel";
import fs from "node:fs";
import { Session } from "node:inspector";
import net from "node:net";
import { createInterface } from "node:readline";

/** Real seconds per second of API time, for timers. */
const SPEED = Number(process.env.COURSE_TIMERS ?? "1");
const MOST_LINES = 2_000;
const MOST_CHARACTERS = 400_000;
const LONGEST_TEXT = 2_000;
/** Milliseconds without a byte after which Node's fetch gives up, by our timers: by a clock on the wall it takes 300 s. */
const BODY_TIMEOUT = 60_000;
/** Milliseconds after which what a function left under way is left alone. */
const LONGEST_QUIET = 10_000;
const LONGEST_PAUSE = 1_000;
/** Turns of the event loop in which what has ended is told to those who wait for it. */
const SETTLED = 5;

/** Milliseconds between two looks at whether anything is under way, and so many looks that see nothing are enough. */
const LOOK = 25;
const LOOKS = 8;
const BUSY = ["Timeout", "Immediate", "FSReqCallback", "FSReqPromise", "GetAddrInfoReqWrap", "TCPConnectWrap"];

const { writeSync } = fs;
const { stringify, parse } = JSON;
const { from } = Buffer;
const { setImmediate, URL, Request, Promise, Error } = globalThis;
const resourcesInUse = process.getActiveResourcesInfo.bind(process);
const now = performance.now.bind(performance);
const kill = process.kill.bind(process, process.pid, "SIGKILL");
// They show a function's own variables to whoever asks, and these are ours.
Session.prototype.connect = Session.prototype.connectToMainThread = process.binding = undefined;

class NeverSettles extends Error {}

/** Where the clients lead that functions were given. */
const origins = new Set();
const hosts = new Set(["127.0.0.1", "::1", "localhost"]);

/** The call that is under way. */
let current = null;

// Synchronous: what was said is out, whatever happens next.
const say = (document) => {
  const bytes = from(`${stringify({ id: current?.id ?? null, ...document })}\n`);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written, bytes.length - written);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
};

const printed = { lines: 0, characters: 0 };
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, callback) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    printed.lines += text.split("\n").length - 1;
    printed.characters += text.length;
    say({ printed: text.slice(0, MOST_CHARACTERS) });
    if (printed.lines > MOST_LINES || printed.characters > MOST_CHARACTERS) leave("flood");
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) queueMicrotask(done);
    return true;
  };
}

const exit = process.exit;
process.exit = (code) => leave("exit", code);
process.reallyExit = (code) => leave("exit", code);

/** The end of this process, by whoever wants it. */
function leave(why, code = process.exitCode ?? 0) {
  say({ left: why, code: Number(code), ...placeOf(new Error()) });
  kill();
  return exit(code);
}

const setTimeoutReal = globalThis.setTimeout;
const setIntervalReal = globalThis.setInterval;
if (SPEED !== 1) {
  const scaled = (set) => Object.assign((f, ms, ...rest) => set(f, (Number(ms) || 0) * SPEED, ...rest), set);
  globalThis.setTimeout = scaled(globalThis.setTimeout);
  globalThis.setInterval = scaled(globalThis.setInterval);
  // Node's fetch waits five minutes for the next byte. Its agent is made before the first request of a process.
  await fetch("data:,");
  const agent = Symbol.for("undici.globalDispatcher.1");
  const Agent = globalThis[agent].constructor;
  // Its timers are ours too.
  globalThis[agent] = new Agent({ bodyTimeout: BODY_TIMEOUT });
}

const fetchReal = globalThis.fetch;
globalThis.fetch = async (resource, init) => {
  const url = new URL(resource instanceof Request ? resource.url : resource);
  // What an earlier call has left behind finds its server gone.
  if (!origins.has(url.origin)) throw refused(url.hostname);
  return fetchReal(resource, init);
};

/** The requests whose answer is under way, of the current call or an earlier one. */
const pending = new Set();
const ENDS = ["trailers", "error"];
diagnostics.subscribe("undici:request:create", ({ request }) => pending.add(request));
for (const end of ENDS) diagnostics.subscribe(`undici:request:${end}`, ({ request }) => pending.delete(request));
for (const name of ["create", ...ENDS]) {
  // Nobody else publishes there, or hears of the requests that could be published as ended.
  const channel = diagnostics.channel(`undici:request:${name}`);
  Object.freeze(channel._subscribers);
  Object.freeze(channel);
}

function refused(host) {
  if (current) current.ownWayOut ??= host;
  return new Error(`a request to ${host} was stopped`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  const host = options?.host;
  if (host && !hosts.has(host)) throw refused(host);
  return connect.apply(this, given);
};

process.on("unhandledRejection", (reason) => {
  if (current) current.unhandled ??= reason;
});
process.on("uncaughtException", (error) => {
  if (current) current.uncaught ??= error;
});

function placeOf(error) {
  for (const line of String(error?.stack ?? "").split("\n")) {
    const found = /([\w$]+)\.ts:(\d+):(\d+)/.exec(line);
    if (found) return { cell: found[1], line: Number(found[2]), column: Number(found[3]) };
  }
  return {};
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { type: "thrown", families: [], message: String(error).slice(0, LONGEST_TEXT) };
  }
  const families = [];
  for (let kind = error.constructor; kind?.name; kind = Object.getPrototypeOf(kind)) families.push(kind.name);
  const cause = error.cause instanceof Error ? describe(error.cause) : null;
  const { status = null, requestID = null, type = null } = error;
  return {
    type: families[0] ?? "Error",
    families,
    message: String(error.message).slice(0, LONGEST_TEXT),
    attributes: { status, requestID, type, cause: cause && `${cause.type}: ${cause.message}` },
    ...placeOf(error),
  };
}

function argument(given) {
  if ("callback" in given) return (...values) => say({ called: given.callback, late: current?.returned ?? true, given: values });
  if ("client" in given) {
    const { url, key, retries, timeout } = given.client;
    origins.add(new URL(url).origin);
    hosts.add(new URL(url).hostname);
    return new Anthropic({ baseURL: url, apiKey: key, maxRetries: retries, timeout });
  }
  return given.json;
}

/** Until nothing is under way any more, and nobody has anything left to say about it. */
async function quiet() {
  const began = now();
  for (let turns = 0; turns < SETTLED; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!isBusy()) continue;
    // A timer may be a pause before another attempt, or one that goes on for ever.
    if (now() - began > (pending.size ? LONGEST_QUIET : LONGEST_PAUSE)) return;
    await new Promise((resolve) => setTimeoutReal(resolve, 1));
    turns = 0;
  }
}

/** What would keep this process alive, were it not for our own questions: requests that are under way, and timers. */
const isBusy = () => pending.size > 0 || resourcesInUse().some((one) => BUSY.includes(one));

/** Rejects when nothing is left that could ever settle what the call is waiting for. */
function deadlock() {
  let idle = 0;
  let timer;
  const seen = new Promise((_, reject) => {
    timer = setIntervalReal(() => {
      idle = isBusy() ? 0 : idle + 1;
      if (idle >= LOOKS) reject(new NeverSettles("it waits for what nothing can bring about any more"));
    }, LOOK);
    timer.unref();
  });
  return { seen, stop: () => clearInterval(timer) };
}

async function call({ file, name, arguments: given }) {
  const module = await import(file);
  const watch = deadlock();
  let value;
  try {
    value = await Promise.race([module[name](...given.map(argument)), watch.seen]);
  } finally {
    watch.stop();
  }
  current.returned = true;
  await quiet();
  return value;
}

async function answer(question) {
  current = { __proto__: null, id: question.id, returned: false };
  Object.assign(printed, { lines: 0, characters: 0 });
  let outcome;
  try {
    const value = await call(question);
    outcome = { value: value === undefined ? null : value, kind: value === undefined ? "undefined" : typeof value };
  } catch (error) {
    current.returned = true;
    await quiet();
    outcome = { raised: describe(error) };
  }
  if (current.unhandled !== undefined) outcome = { raised: describe(current.unhandled), how: "unhandled" };
  if (current.uncaught !== undefined) outcome = { raised: describe(current.uncaught), how: "uncaught" };
  if (current.ownWayOut) outcome = { ownWayOut: current.ownWayOut };
  try {
    say({ ended: true, ...outcome });
  } catch (error) {
    say({ ended: true, raised: describe(error) });
  }
  current = null;
}

say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) await answer(parse(line));
