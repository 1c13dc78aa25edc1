/** Calls another function, as an SDK does: at AWS_ENDPOINT_URL_LAMBDA, which is Rapid itself. */
export const lambdaHandler = async () => {
  const { AWS_ENDPOINT_URL_LAMBDA, CALLED } = process.env;
  const response = await fetch(`${AWS_ENDPOINT_URL_LAMBDA}/2015-03-31/functions/${CALLED}/invocations`, {
    method: 'POST',
    body: JSON.stringify({ requestContext: { http: { method: 'POST' } }, body: '{"name":"relay"}' }),
  });
  const answer = await response.json();
  return { relayed: JSON.parse(answer.body).message };
};
