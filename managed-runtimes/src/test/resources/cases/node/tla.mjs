const value = await Promise.resolve("awaited");
export const handler = async () => value;
