/** Answers GET /hello with a greeting, and POST /hello with a greeting of whom it was sent. */
export const lambdaHandler = async (event) => {
  const name =
    event.requestContext?.http.method === 'POST'
      ? (bodyOf(event).name ?? 'stranger')
      : (event.queryStringParameters?.name ?? 'world');
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: `Hello, ${name}!` }),
  };
};

/** An HTTP API sends a body in Base64 unless its media type is text, for example that of curl -d. */
function bodyOf(event) {
  const body = event.body ?? '{}';
  return JSON.parse(event.isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
}
