// A handler in the form that AWS's Node runtime has, too.
export async function handle(event, context) {
  const name = event.name ?? 'stranger';
  if (typeof name !== 'string') {
    throw new TypeError('name is not a string');
  }
  console.log(`greeting ${name} for ${context.awsRequestId}`);
  return { message: `Hello, ${name}!` };
}
