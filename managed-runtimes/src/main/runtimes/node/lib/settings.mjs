// What the environment says about this runtime.

const env = process.env;

const FIRST_MODERN = 24;
const named = /^AWS_Lambda_nodejs(\d+)\./.exec(env.AWS_EXECUTION_ENV ?? "");

/** Whether it behaves like AWS's client 4.x, as from nodejs24.x on; else like 3.x. */
export const isModern = named !== null && Number(named[1]) >= FIRST_MODERN;

/** The directory of the function's code. */
export const taskRoot = env.LAMBDA_TASK_ROOT || process.cwd();

/** How many invocations run at once; 1 unless the function shares its runtime. */
export const concurrency = Math.max(1, Number.parseInt(env.AWS_LAMBDA_MAX_CONCURRENCY ?? "1", 10) || 1);

/** Whether invocations share the runtime. */
export const isShared = env.AWS_LAMBDA_MAX_CONCURRENCY !== undefined;

export const logsJson = (env.AWS_LAMBDA_LOG_FORMAT ?? "").toUpperCase() === "JSON";

/** Whether globalThis.awslambda stays away. */
export const noGlobal = ["1", "true"].includes(env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA ?? "");
