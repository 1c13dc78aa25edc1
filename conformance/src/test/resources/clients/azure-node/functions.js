// Functions for a worker that finds functions by their registration.
const { app, output } = require('@azure/functions');

const out = output.storageQueue({ queueName: 'out', connection: '' });
const text = (message) => (typeof message === 'string' ? message : JSON.stringify(message));

// Says what it got.
app.http('greet', {
  route: 'greet/{name}',
  methods: ['GET', 'POST', 'PUT'],
  handler: async (request, context) => {
    context.info('greets');
    context.warn('warns');
    context.error('complains');
    const body = `${request.method} ${request.url} name=${request.params.name} x=${request.query.get('x') ?? '-'} ` +
      `in=${request.headers.get('x-in') ?? '-'} body=${await request.text()}`;
    return { status: 201, headers: { 'X-Out': 'v' }, body };
  },
});

app.http('fails', {
  handler: async (request) => {
    throw new TypeError(await request.text());
  },
});

// Answers after the milliseconds of its body.
app.http('sleeps', {
  handler: async (request) => {
    const body = await request.text();
    await new Promise((resolve) => setTimeout(resolve, Number(body)));
    return { body };
  },
});

// Returns the body that it got.
app.http('repeats', {
  methods: ['POST', 'PUT'],
  handler: async (request) => ({ body: await request.arrayBuffer() }),
});

app.storageQueue('queued', {
  queueName: 'in',
  connection: '',
  return: out,
  handler: (message, context) =>
    `${text(message)} times=${context.triggerMetadata.dequeueCount} id=${context.triggerMetadata.id}`,
});

app.timer('timed', {
  schedule: '0 */5 * * * *',
  return: out,
  handler: (timer) => `past due=${timer.isPastDue}`,
});
