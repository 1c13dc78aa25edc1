const { pipeline } = require("node:stream/promises");
const { Readable } = require("node:stream");
const streams = handler => awslambda.streamifyResponse(handler);

exports.text = streams(async (event, stream) => { stream.write("a"); stream.write(Buffer.from("b")); stream.end("c"); });
exports.empty = streams(async (event, stream) => { stream.end(); });
exports.emptyText = streams(async (event, stream) => { stream.write(""); stream.write("x"); stream.end(); });
exports.values = streams(async (event, stream) => { stream.write(5); stream.write({ a: 1 }); stream.end(); });
exports.typed = streams(async (event, stream) => { stream.setContentType("text/plain"); stream.write("t"); stream.end(); });
exports.typedLate = streams(async (event, stream) => { stream.write("t"); stream.setContentType("text/plain"); });
exports.http = streams(async (event, stream) => {
  const body = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: "b" } });
  body.write("hello");
  body.end();
});
exports.httpRetyped = streams(async (event, stream) => {
  const body = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
  body.setContentType("text/html");
  body.write("x");
  body.end();
});
exports.httpEmpty = streams(async (event, stream) => {
  awslambda.HttpResponseStream.from(stream, { statusCode: 204 }).end();
});
exports.failsEarly = streams(async () => { throw new TypeError("early"); });
exports.failsLate = streams(async (event, stream) => { stream.write("a"); throw new TypeError("late"); });
exports.failsHttp = streams(async (event, stream) => {
  awslambda.HttpResponseStream.from(stream, { statusCode: 200 });
  throw new TypeError("http");
});
exports.failsText = streams(async (event, stream) => { stream.write("a"); throw "text"; });
exports.returns = streams(async (event, stream) => { stream.write("a"); stream.end(); return 7; });
exports.sync = streams((event, stream) => { stream.write("a"); });
exports.piped = streams(async (event, stream) => { await pipeline(Readable.from(["p", "q"]), stream); });
exports.keys = streams(async (event, stream, context) => { stream.end(JSON.stringify(Object.keys(context))); });
exports.large = streams(async (event, stream) => {
  const piece = "x".repeat(100000);
  for (let i = 0; i < 30; i++) {
    if (!stream.write(piece)) {
      await new Promise(resolve => stream.once("drain", resolve));
    }
  }
  stream.end("end");
});
exports.marked = async () => "marked";
exports.marked[Symbol.for("aws.lambda.runtime.handler.streaming")] = "request";
