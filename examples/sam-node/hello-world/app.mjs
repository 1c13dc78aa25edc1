/** Answers GET /hello with a greeting, and POST /hello with a greeting of whom it was sent. */
export const lambdaHandler = async (event) => {
  const name =
    event.requestContext?.http.method === 'POST'
      ? (JSON.parse(event.body ?? '{}').name ?? 'stranger')
      : (event.queryStringParameters?.name ?? 'world');
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: `Hello, ${name}!` }),
  };
};
