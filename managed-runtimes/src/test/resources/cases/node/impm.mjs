import "nosuch";
export const handler = async () => 1;
