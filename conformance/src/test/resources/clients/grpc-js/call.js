// One call of a runner, with definitions that are loaded from a file: ADDRESS PROTO CALL BODY. Prints what came as JSON.

const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const [address, proto, json, body] = process.argv.slice(2);
const definitions = loader.loadSync(proto, { keepCase: true, longs: String, defaults: false, oneofs: true });
const { RunnerProtocol } = grpc.loadPackageDefinition(definitions);
const client = new RunnerProtocol(address, grpc.credentials.createInsecure());

const call = client.Engage();
const messages = [];
call.on("data", (message) => messages.push(message));
call.on("error", () => {});
call.on("status", (end) => {
  client.Status({}, (error, status) => {
    const data = messages.filter((each) => each.data).map((each) => each.data.data);
    console.log(
      JSON.stringify({
        order: messages.map((each) => each.body),
        start: messages.find((each) => each.result_start)?.result_start,
        text: Buffer.concat(data).toString(),
        finished: messages.find((each) => each.finished)?.finished,
        code: end.code,
        status,
        error,
      }),
    );
    client.close();
  });
});
call.write({ try: { models_call_json: json } });
call.write({ data: { data: Buffer.from(body), eof: false } });
call.write({ data: { data: Buffer.alloc(0), eof: true } });
