const later = (ms, action) => setTimeout(action, ms);

exports.echo = async event => event;
exports.number = 5;
exports.object = {};
exports.nested = { a: { b: async () => "nested", self: async function () { return this === undefined; } } };
exports.sync = event => ({ x: 1 });
exports.nothing = () => {};
exports.nothingWithTimer = () => { later(50, () => console.log("timer")); };
exports.thenable = () => ({ then: resolve => resolve("thenable") });
exports.early = async () => { later(2000, () => console.log("too late")); return "early"; };
exports.never = () => new Promise(() => {});
exports.callback = (event, context, callback) => { later(50, () => console.log("timer")); callback(null, "called"); };
exports.callbackAtOnce = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  later(60000, () => {});
  callback(null, "at once");
};
exports.callbackTwice = (event, context, callback) => { callback(null, "first"); callback(null, "second"); };
exports.callbackError = (event, context, callback) => callback(new TypeError("by callback"));
exports.callbackText = (event, context, callback) => callback("text");
exports.callbackFalse = (event, context, callback) => callback(false);
exports.callbackAndPromise = async (event, context, callback) => { callback(null, "cb"); return new Promise(() => {}); };
exports.asyncThree = async (event, context, callback) => "three";
exports.rest = async (...all) => all.length;
exports.done = (event, context) => { later(60000, () => {}); context.done(null, "done"); };
exports.succeed = (event, context) => { later(60000, () => {}); context.succeed("succeeded"); };
exports.failing = (event, context) => { later(60000, () => {}); context.fail(new Error("failed")); };
exports.throws = () => { throw new TypeError("sync"); };
exports.rejects = async () => { throw new RangeError("bad thing"); };
exports.lines = async () => { throw new Error("one\ntwo"); };
class Custom extends Error {}
exports.subclass = async () => { throw new Custom("sub"); };
exports.named = async () => { const e = new Error("n"); e.name = "MyName"; e.code = "E1"; e.extra = { a: 1 }; throw e; };
exports.errorLike = async () => { throw { name: "Like", message: "m", stack: "Like: m\n    at here" }; };
exports.throwsText = async () => { throw "str"; };
exports.throwsObject = async () => { throw { a: 1 }; };
exports.throwsNull = async () => { throw null; };
exports.throwsUndefined = async () => { throw undefined; };
exports.brokenStack = async () => {
  const e = new Error("x");
  Object.defineProperty(e, "stack", { get() { throw new Error("no"); } });
  throw e;
};
exports.del = async () => { throw new Error("a\x7Fb"); };
exports.undef = async () => undefined;
exports.nan = async () => NaN;
exports.date = async () => new Date(0);
exports.buffer = async () => Buffer.from("hi");
exports.bigint = async () => ({ a: 1n });
exports.circular = async () => { const a = {}; a.a = a; return a; };
exports.func = async () => () => {};
exports.text = async () => "\u00e9\u{1F30D}";
exports.exits = async () => process.exit(3);
exports.rejectsLater = async () => { Promise.reject(new Error("unh")); return new Promise(resolve => later(60000, resolve)); };
exports.throwsLater = async () => { later(1, () => { throw new TypeError("in timer"); }); return new Promise(resolve => later(60000, resolve)); };
exports.keys = async (event, context) => Object.keys(context);
exports.context = async (event, c) => ({
  id: c.awsRequestId, arn: c.invokedFunctionArn, name: c.functionName, version: c.functionVersion,
  memory: c.memoryLimitInMB, group: c.logGroupName, stream: c.logStreamName, tenant: c.tenantId,
  client: c.clientContext, identity: c.identity, remaining: typeof c.getRemainingTimeInMillis(),
});
exports.overdue = async (event, context) => context.getRemainingTimeInMillis() < 0;
exports.trace = async () => process.env._X_AMZN_TRACE_ID ?? null;
exports.awslambda = async () => Object.keys(globalThis.awslambda ?? {});
exports.store = async () => [awslambda.InvokeStore.getRequestId(), awslambda.InvokeStore.getXRayTraceId() ?? null];
exports.logs = async () => {
  console.log("a %s", "b", { c: 1 });
  console.info("info");
  console.warn("warn");
  console.error("error");
  console.debug("debug");
  console.trace("trace");
};
exports.logsLines = async () => console.log("one\ntwo");
exports.logsObject = async () => console.log({ a: 1, b: [2] });
exports.logsError = async () => console.log(new TypeError("logged"));
exports.logsTextAndError = async () => console.log("it failed:", new TypeError("logged"));
exports.writes = async () => { process.stdout.write("raw text\n"); };
exports.layer = async () => require("laylib").origin;
exports.layerImport = async () => (await import("laylib")).default.origin;
exports.nowhere = async () => import("nowhere-at-all");
exports.requireModule = async () => require("./sub/plain.mjs").value;
exports.environment = async event => event.map(name => process.env[name] ?? null);
