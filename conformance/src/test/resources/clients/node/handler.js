// A handler that does what its event says; RuntimeClientTest lists what there is.
const { appendFileSync, existsSync, writeFileSync } = require('node:fs');

if (process.env.FAIL_INIT) {
  throw new TypeError('no luck at init');
}

if (process.env.TERM_FILE) {
  process.on('SIGTERM', () => {
    writeFileSync(process.env.TERM_FILE, 'terminated');
    process.exit(0);
  });
}

exports.handle = async (event, context) => {
  switch (event.do) {
    case 'echo':
      return event.value;
    case 'fail':
      throw new TypeError(event.message);
    case 'exit':
      process.exit(event.status);
      break;
    case 'wait':
      await new Promise((resolve) => setTimeout(resolve, event.seconds * 1000));
      break;
    case 'context':
      return {
        requestId: context.awsRequestId,
        functionName: context.functionName,
        functionVersion: context.functionVersion,
        functionArn: context.invokedFunctionArn,
        memory: Number(context.memoryLimitInMB),
        remaining: context.getRemainingTimeInMillis(),
      };
    case 'log':
      for (let number = 0; number < event.pairs; number++) {
        process.stdout.write(`printed ${number}\n`);
        console.log(`logged ${number}`);
      }
      break;
    case 'lines':
      console.error('one\ntwo\nthree');
      break;
    case 'count':
      appendFileSync(event.file, 'x');
      break;
  }
  return null;
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

// Streams the path of a function URL's event, or the texts of the event; waits for a file in between.
exports.stream = awslambda.streamifyResponse(async (event, stream) => {
  if (event.requestContext) {
    const head = { statusCode: 201, headers: { 'x-made-by': 'node' }, cookies: ['a=1'] };
    const body = awslambda.HttpResponseStream.from(stream, head);
    body.write(event.rawPath);
    body.end();
    return;
  }
  for (const text of event.text ?? []) {
    stream.write(text);
  }
  while (event.await && !existsSync(event.await)) {
    await pause();
  }
  if (event.fail) {
    throw new TypeError(event.fail);
  }
  stream.end('!');
});
