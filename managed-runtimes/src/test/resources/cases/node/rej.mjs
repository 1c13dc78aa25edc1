Promise.reject(new Error("at load"));
export const handler = async () => 1;
